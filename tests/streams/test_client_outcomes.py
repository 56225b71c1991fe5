import base64

from aiokafka import TopicPartition

from schemas.chunks import ChunksPlanned
from schemas.event import Origin
from schemas.index_log import DocumentIndexed
from schemas.operations import AlertFired, DeadLettered
from streams.client_outcomes import concerned, earliest
from streams.client_values import Receipt
from streams.topics import TopicNames
from tests.streams.samples import NOON

NAMES = TopicNames("ns")
ORIGIN = Origin(topic="ns.documents", partition=2, offset=7, at=NOON)
POSITION = ("ns.documents", 2, 7)


def letter(topic, value=b"{}", partition=0, offset=0):
    return DeadLettered(
        topic=topic, partition=partition, offset=offset, value=base64.b64encode(value), stage="s", reason="r", error="e"
    )


def receipt(**before):
    positions = {TopicPartition(topic, 0): offset for topic, offset in before.items()}
    return Receipt("doc", "event", "ns.documents", 0, 0, positions)


def test_an_indexed_document_is_known_by_its_origin():
    assert concerned(DocumentIndexed(doc_id="a", revision=1, embedder_id="e", origin=ORIGIN), NAMES) == POSITION


def test_a_dead_document_is_known_by_where_it_lay():
    assert concerned(letter("ns.documents", partition=2, offset=7), NAMES) == POSITION


def test_dead_chunks_are_known_by_the_document_that_they_were_planned_from():
    planned = ChunksPlanned(event_id="p", doc_id="a", revision=1, origin=ORIGIN)
    assert concerned(letter("ns.chunks", planned.model_dump_json().encode()), NAMES) == POSITION


def test_other_peoples_dead_letters_and_alerts_concern_no_document():
    assert concerned(letter("ns.queries"), NAMES) is None
    assert concerned(letter("documents", partition=2, offset=7), NAMES) is None  # of another namespace
    assert concerned(letter("ns.chunks", b"\xff"), NAMES) is None
    assert concerned(AlertFired(fingerprint="f", alert="a", started_at=NOON), NAMES) is None


def test_reading_begins_where_the_earliest_of_them_was_sent():
    assert earliest([receipt(log=7, letters=3), receipt(log=5, letters=4)]) == {
        TopicPartition("log", 0): 5,
        TopicPartition("letters", 0): 3,
    }
