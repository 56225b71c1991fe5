import pytest

from schemas.answers import AnswerAbstained, AnswerServed, Citation, LookedAt, Provenance
from schemas.chunks import Span
from streams.cli.answer_figures import Judged, check_citations, contains, figures
from streams.cli.squad import JudgedQuestion

TEXT = "The ferry to Vis leaves Split at seven."


def citation(quote="leaves Split at seven", start=17, doc_id="ferry"):
    span = Span(start=start, end=start + len(quote))
    return Citation(chunk_id="c", doc_id=doc_id, revision=1, span=span, quote=quote, score=1.0)


def answer(kind=AnswerServed, text="It leaves Split at seven [1].", looked_at=("ferry",), citations=(), **more):
    return kind(
        query_id="q",
        answer_id="a",
        text=text,
        citations=citations,
        looked_at=[LookedAt(chunk_id=each, doc_id=each, score=1, similarity=0.5) for each in looked_at],
        provenance=Provenance(generator_id="extractive-1", retrieval={"top_k": 2}),
        timings_ms={"total": 20.0},
        **more,
    )


def judged(outcome, *gold):
    return Judged(JudgedQuestion("q", "When?", "ferry", gold), outcome)


@pytest.mark.parametrize(
    ("text", "gold", "held"),
    [
        ("It leaves at Seven [1].", "seven", True),
        ("It leaves  at\nseven", "at seven", True),
        ("It leaves at nine.", "seven", False),
        ("one [1] two", "one two", True),
        ("", "seven", False),
    ],
)
def test_an_answer_has_the_marked_text_whatever_its_case_and_spacing(text, gold, held):
    assert contains(text, (gold,)) is held
    assert not contains(text, ())


def test_a_paragraph_below_those_that_were_weighed_was_not_retrieved():
    assert judged(answer(looked_at=("other", "ferry", "more")), "seven").retrieved
    assert not judged(answer(looked_at=("other", "more", "ferry")), "seven").retrieved


def test_shares_count_what_their_names_say():
    abstained = answer(AnswerAbstained, text="")
    seen = [
        judged(answer(), "seven"),
        judged(answer(), "nine"),
        judged(abstained, "seven"),
        judged(answer(looked_at=()), "seven"),
        judged(answer()),
        judged(abstained),
        judged(abstained),
        judged(abstained),
    ]
    found = figures(seen, [abstained, answer()])
    assert (found["answerable"], found["unanswerable"], found["other_questions"]) == (4, 4, 2)
    assert found["retrieved"] == 0.75
    assert found["answered"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["gold"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["abstained_unanswerable"] == 0.75
    assert found["abstained_other"] == 0.5
    assert found["wrong"] == 0.5
    assert found["outcomes"] == {"AnswerAbstained": 5, "AnswerServed": 5}
    assert found["latency_ms"]["p50"] == 20.0


def test_nothing_to_count_is_no_share():
    assert figures([judged(answer(), "seven")], [])["abstained_other"] is None


def test_a_citation_stands_when_its_document_has_the_quote_at_its_span():
    """FAILURES 62."""
    found = check_citations([answer(citations=[citation(), citation("ferry", 4)])], {"ferry": TEXT})
    assert (found["answers"], found["citations"], found["failed"]) == (1, 2, 0)


@pytest.mark.parametrize(
    "broken",
    [citation(start=16), citation("leaves Split at nine!"), citation(doc_id="bread"), citation("", 17)],
)
def test_a_citation_that_points_nowhere_fails(broken):
    """FAILURES 62."""
    found = check_citations([answer(citations=[broken])], {"ferry": TEXT, "bread": "Bread."})
    assert found["failed"] == 1
    assert "q: " in found["failures"][0]


def test_a_served_answer_without_a_citation_fails_and_an_abstention_is_not_checked():
    assert check_citations([answer()], {"ferry": TEXT})["failed"] == 1
    assert check_citations([answer(AnswerAbstained)], {})["answers"] == 0
