from datetime import timedelta

from schemas.failures import TransientError
from streams.alarms import fuse_blown, partition_moves, partition_waits
from tests.streams.samples import NOON, record

DOWN = TransientError("http://user:secret@weaviate is down")


def test_the_same_partition_has_the_same_fingerprint_and_another_has_another():
    first = partition_waits("index", record(b"", offset=1), DOWN, NOON)
    again = partition_waits("index", record(b"", offset=9), DOWN, NOON + timedelta(hours=1))
    other = partition_waits("index", record(b"", partition=1), DOWN, NOON)
    assert first.fingerprint == again.fingerprint
    assert first.event_id != again.event_id
    assert first.fingerprint != other.fingerprint


def test_an_alert_says_where_and_what_kind_and_nothing_that_could_be_secret():
    """FAILURES 79."""
    waits = partition_waits("index", record(b"", partition=2, offset=7), DOWN, NOON)
    assert waits.summary == "index waits at documents/2@7: TransientError"
    assert (waits.alert, waits.severity, waits.started_at) == ("partition-waits", "critical", NOON)


def test_its_resolution_says_when_it_began_and_when_it_ended():
    waits = partition_waits("index", record(b""), DOWN, NOON)
    moves = partition_moves(waits, "index", NOON + timedelta(minutes=3))
    assert moves.fingerprint == waits.fingerprint
    assert (moves.started_at, moves.ended_at) == (NOON, NOON + timedelta(minutes=3))


def test_a_blown_fuse_is_another_alert():
    blown = fuse_blown("index", record(b""), "190 of the last 200 events failed", NOON)
    assert blown.fingerprint != partition_waits("index", record(b""), DOWN, NOON).fingerprint
    assert blown.summary == "index stopped: 190 of the last 200 events failed"
