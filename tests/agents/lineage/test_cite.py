from agents.lineage.cite import cite
from schemas.answers import AnswerAbstained, AnswerServed, Citation
from schemas.chunks import Span


def citation(doc_id, chunk_id, quote):
    return Citation(
        chunk_id=chunk_id, doc_id=doc_id, revision=3, span=Span(start=0, end=len(quote)), quote=quote, score=0.5
    )


async def test_an_answer_gives_one_event_for_each_document_that_it_cites():
    citations = (citation("rain", "c1", "Rain"), citation("snow", "c2", "Snow"), citation("rain", "c3", "Hail"))
    served = AnswerServed(query_id="q", answer_id="a", tenant="acme", citations=citations)
    first, second = await cite(served)
    assert (first.slot, [each.chunk_id for each in first.quotes]) == ("acme/rain", ["c1", "c3"])
    assert (second.slot, [each.quote for each in second.quotes]) == ("acme/snow", ["Snow"])
    assert [each.event_id for each in await cite(served)] == [first.event_id, second.event_id]


async def test_an_outcome_that_is_no_answer_cites_nothing():
    assert await cite(AnswerAbstained(query_id="q", answer_id="a")) == ()
