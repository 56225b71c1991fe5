from datetime import UTC, datetime

import pytest

from schemas.event import Origin
from schemas.index_log import DocumentIndexed, DocumentSkipped, IndexCounts
from schemas.operations import DeadLettered
from streams.cli.output import Exit
from streams.cli.tally import Tally, kind_of
from streams.client_values import Outcome, Receipt

ORIGIN = Origin(topic="documents", partition=0, offset=0, at=datetime(2026, 3, 1, tzinfo=UTC))
RECEIPT = Receipt("doc", "event", "documents", 0, 0, {})


def indexed(revision=2, *, deleted=False, **counts):
    return DocumentIndexed(
        doc_id="doc", revision=revision, counts=IndexCounts(**counts), deleted=deleted, embedder_id="e",
        origin=ORIGIN, freshness_ms=40.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (indexed(1, embedded=3), "new"),
        (indexed(2, embedded=1, unchanged=2), "changed"),
        (indexed(2, moved=1), "changed"),
        (indexed(2, unchanged=3), "unchanged"),
        (indexed(1, unchanged=3), "unchanged"),
        (indexed(3, deleted=True), "deleted"),
    ],
)
def test_a_document_is_counted_by_what_was_done(event, kind):
    assert kind_of(event) == kind


def test_counts_and_reasons_end_in_one_object():
    tally = Tally(sent=3)
    tally.add(Outcome(RECEIPT, indexed(1, embedded=1)))
    tally.add(Outcome(RECEIPT, DocumentSkipped(doc_id="doc", reason="stale", detail="seen 3", origin=ORIGIN)))
    letter = DeadLettered(
        event_id="l", topic="documents", partition=0, offset=0, stage="plan", reason="no", error="Malformed"
    )
    tally.add(Outcome(RECEIPT, letter))
    facts = tally.as_object(waited=True)
    assert (facts["sent"], facts["new"], facts["skipped"], facts["failed"]) == (3, 1, 1, 1)
    assert facts["freshness_ms"] == {"median": 40.0, "max": 40.0}
    assert [each["reason"] for each in facts["problems"]] == ["stale: seen 3", "no (dead letter l)"]
    assert tally.exit_code() is Exit.FAILED


def test_without_waiting_nothing_is_claimed_about_the_index():
    assert set(Tally(sent=1).as_object(waited=False)) == {"sent", "skipped", "failed", "problems"}


def test_what_was_noticed_about_a_document_is_told_and_is_no_failure():
    tally = Tally(sent=2)
    warning = "Guardrail indirect-injection (flag): It asks to set earlier instructions aside."
    for _ in range(2):
        tally.add(Outcome(RECEIPT, indexed(1, embedded=1).model_copy(update={"warnings": (warning, warning)})))
    assert tally.as_lines() == [f"warning: doc, doc: {warning}"]
    assert tally.as_object(waited=True)["warnings"] == [{"doc": "doc", "reason": warning}] * 2
    assert tally.as_object(waited=True)["problems"] == []
    assert tally.exit_code() is Exit.OK


def test_giving_up_is_a_failure_that_says_why():
    tally = Tally(sent=1, gave_up="1 of 1 documents were not in the index after 3 s")
    assert tally.exit_code() is Exit.FAILED
    assert tally.as_object(waited=True)["error"] == tally.gave_up
    assert tally.as_lines() == [tally.gave_up]


def test_a_reason_that_many_share_is_one_line():
    tally = Tally()
    for number in range(8):
        tally.left_out(f"{number}.png", "holds binary data")
    assert tally.as_lines() == ["skipped: 0.png, 1.png, 2.png, 3.png, 4.png and 3 more: holds binary data"]
    assert tally.exit_code() is Exit.OK
