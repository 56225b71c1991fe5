"""Spans to a waterfall: what belongs to an answer or a document, and nothing else of the same trace."""

from streams.trace_tree import look_up, summary, whole
from tests.streams.trace_samples import BATCH_TRACE, TRACE, hop, lines_of, otlp

OTHER = "3" * 32


def shape(found):
    return [("  " * row.depth) + row.span.name for row in found.rows]


TOOK = {"ragstream__sent_ms": 3.0, "ragstream__waited_ms": 4.0}
QUESTION = (
    hop("answer queries", 1, "answer", parent=99, at=10, ms=30, ragstream__answer_id="a-1", **TOOK),
    otlp("screen", 2, parent=1, at=11, ms=5),
    otlp("screen", 3, parent=1, at=20, ms=5),
    otlp("send answers", 4, parent=1, at=35, ms=5),
    hop("expose answers", 5, "expose", parent=1, at=42, ragstream__answer_id="a-1"),
    hop("answer queries", 6, "answer", parent=99, at=12, ragstream__answer_id="a-2"),
)


def test_an_answers_waterfall_is_its_own_part_of_the_trace():
    found = look_up("a-1", lines_of(*QUESTION))
    assert shape(found) == ["answer queries", "  screen", "  screen", "  send answers", "  expose answers"]
    assert [row.start_ms for row in found.rows] == [4, 5, 14, 29, 36]
    assert len(whole(TRACE, lines_of(*QUESTION)).rows) == 6


def test_an_answers_time_is_what_it_was_on_its_way_and_waited_what_it_worked_and_what_lay_between():
    assert summary(look_up("a-1", lines_of(*QUESTION)).rows) == {
        "sent_ms": 3.0,
        "waited_ms": 4.0,
        "steps_ms": {"screen": 10.0},
        "between_ms": 5.0,
        "total_ms": 22.0,
        "packed_ms": 10.0,
    }
    assert summary(()) is None


def test_feedback_in_another_trace_stands_below():
    vote = hop("join feedback", 7, "join", trace=OTHER, at=90, links=[(TRACE, 5)], ragstream__answer_id="a-1")
    assert shape(look_up("a-1", lines_of(*QUESTION, vote)))[-1] == "join feedback"


BATCH = (
    hop("plan documents", 1, "plan", at=0, ms=9, links=[(BATCH_TRACE, 11)], ragstream__doc_id="d"),
    hop("plan documents", 2, "plan", trace=OTHER, at=0, links=[(BATCH_TRACE, 11)], ragstream__doc_id="e"),
    otlp(
        "plan batch",
        11,
        trace=BATCH_TRACE,
        at=1,
        ms=5,
        links=[(TRACE, 1), (OTHER, 2)],
        messaging__batch__message_count=2,
    ),
    otlp("store", 12, parent=11, trace=BATCH_TRACE, at=2),
)


def test_a_batch_stands_within_each_of_its_records():
    for doc_id in ("d", "e"):
        found = look_up(doc_id, lines_of(*BATCH))
        assert shape(found) == ["plan documents", "  plan batch", "    store"]
        assert [row.shared for row in found.rows] == [0, 2, 2]


def test_of_a_document_the_latest_trace_is_shown_and_the_earlier_ones_are_named():
    again = hop("plan documents", 5, "plan", trace="4" * 32, at=500, ragstream__doc_id="d")
    found = look_up("d", lines_of(*BATCH, again))
    assert (found.trace_id, found.earlier) == ("4" * 32, (TRACE,))


def test_one_tenants_document_says_nothing_of_anothers_with_the_same_id():
    theirs = hop("plan documents", 5, "plan", trace="4" * 32, at=500, ragstream__doc_id="x", ragstream__tenant="acme")
    ours = hop("plan documents", 6, "plan", trace="5" * 32, at=400, ragstream__doc_id="x", ragstream__tenant="default")
    both = lines_of(theirs, ours)
    assert [look_up("x", both, tenant).trace_id for tenant in (None, "acme", "default")] == [*["4" * 32] * 2, "5" * 32]
    assert look_up("x", both).earlier == ()
    assert look_up("x", both, "nobody") is None


def test_what_no_span_names_is_not_found():
    assert look_up("nobody", lines_of(*QUESTION)) is None
    assert whole("5" * 32, lines_of(*QUESTION)) is None
