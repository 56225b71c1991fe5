from datetime import timedelta

from agents.answering import answer_failed
from agents.answering.outcomes import MOST_LOOKED_AT, freshness_ms, looked_at, outcome, watermark
from agents.answering.stopwatch import Stopwatch
from schemas.answers import AnswerFailed, AnswerServed, Citation, Watermark
from schemas.chunks import Span
from tests.agents.answering.fakes import ASKED, WRITTEN, FakeClock, WordGuard, asked, passage


def test_a_fallback_has_the_ids_of_the_answer_that_failed():
    (failed,) = answer_failed(asked(), "a bug")
    served = outcome(AnswerServed, asked(), Stopwatch(FakeClock(), ASKED, 1_000))
    assert isinstance(failed, AnswerFailed)
    assert (failed.event_id, failed.answer_id, failed.query_id) == (served.event_id, served.answer_id, "q1")
    assert (failed.at, failed.tenant, failed.reason, failed.question) == (ASKED, "acme", "a bug", asked().text)


def test_a_fallback_tells_the_question_without_what_is_redacted():
    (failed,) = answer_failed(asked("Call 555-0100"), "a bug", guard=WordGuard(redact="555-0100"))
    assert failed.question == "Call [redacted]"


def test_a_question_without_a_query_id_is_known_by_its_event_id():
    (failed,) = answer_failed(asked(query_id=""), "a bug")
    assert failed.query_id == "e1"


def test_the_watermark_is_the_highest_offset_of_each_partition():
    found = [
        passage("a", partition=1, offset=4),
        passage("b", partition=0, offset=0),
        passage("c", partition=1, offset=9),
    ]
    assert watermark(found) == (Watermark(partition=0, offset=0), Watermark(partition=1, offset=9))


def test_evidence_from_the_future_is_fresh_not_negative():
    cited = Citation(chunk_id="c1", doc_id="d1", revision=1, span=Span(start=0, end=1), quote="a", score=1)
    assert freshness_ms([cited], [passage("a")], WRITTEN - timedelta(hours=1)) == 0
    assert freshness_ms([], [passage("a")], ASKED) is None


def test_what_was_looked_at_begins_with_what_was_weighed_and_is_bounded():
    fetched = [passage("text", number) for number in range(100)]
    seen = looked_at([fetched[70], fetched[2]], fetched)
    assert [each.chunk_id for each in seen[:4]] == ["c70", "c2", "c0", "c1"]
    assert len(seen) == len({each.chunk_id for each in seen}) == MOST_LOOKED_AT
