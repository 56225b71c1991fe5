import pytest

from schemas.event import Origin
from schemas.failures import PermanentError
from schemas.index_log import DocumentIndexed, DocumentSkipped, IndexCounts
from schemas.operations import DeadLettered
from streams.cli.eval_corpus import CorpusTally
from streams.client_values import NotInTimeError, Outcome, Receipt

ORIGIN = Origin(topic="documents", partition=0, offset=0, at="2026-03-01T00:00:00Z")
RECEIPT = Receipt("doc", "event", "documents", 0, 0, {})


def indexed(**counts):
    return DocumentIndexed(
        doc_id="doc", revision=1, counts=IndexCounts(**counts), embedder_id="e", origin=ORIGIN, freshness_ms=1.0
    )


def test_chunks_are_all_that_the_index_should_hold_whether_new_or_not():
    tally = CorpusTally()
    for counts in ({"embedded": 3}, {"unchanged": 2}, {"embedded": 1, "moved": 1, "deleted": 4, "unchanged": 1}):
        tally.add(Outcome(RECEIPT, indexed(**counts)))
    tally.add(Outcome(RECEIPT, DocumentSkipped(doc_id="doc", reason="empty", origin=ORIGIN)))
    assert tally.checked().as_counts() == {"new": 2, "changed": 0, "unchanged": 1, "skipped": 1, "chunks": 8}


def test_a_document_in_the_dead_letters_ends_it_with_the_reason():
    letter = DeadLettered(
        event_id="l1", topic="documents", partition=0, offset=0, stage="plan", reason="cannot be parsed", error="E"
    )
    tally = CorpusTally()
    tally.add(Outcome(RECEIPT, letter))
    with pytest.raises(
        PermanentError, match="of the corpus's documents 1 cannot be indexed: failed: doc: cannot be parsed"
    ):
        tally.checked()


def test_a_wait_that_was_given_up_ends_it_too():
    with pytest.raises(NotInTimeError, match="7 of 9"):
        CorpusTally(gave_up="7 of 9 documents were not in the index").checked()
