from datetime import timedelta

from infra.weaviate_errors import WeaviateUnwellError
from schemas.failures import TransientError
from streams.alarms import LEASE_S, fuse_blown, fuse_whole, partition_moves, partition_waits
from streams.retry import Backoff
from tests.streams.playbook import step_stage
from tests.streams.samples import NOON, record

STAGE = step_stage()
LATER = NOON + timedelta(minutes=3)
DOWN = WeaviateUnwellError("http://user:secret@weaviate is down")


def test_the_same_partition_has_the_same_fingerprint_and_another_has_another():
    first = partition_waits(STAGE, record(b"", offset=1), DOWN, NOON, NOON)
    again = partition_waits(STAGE, record(b"", offset=9), DOWN, NOON, NOON + timedelta(hours=1))
    other = partition_waits(STAGE, record(b"", partition=1), DOWN, NOON, NOON)
    assert first.fingerprint == again.fingerprint
    assert first.event_id != again.event_id
    assert first.fingerprint != other.fingerprint


def test_a_condition_says_where_and_what_kind_and_nothing_that_could_be_secret():
    """FAILURES 79."""
    waits = partition_waits(STAGE, record(b"", partition=2, offset=7), DOWN, NOON, LATER)
    assert waits.summary == "count waits at documents/2@7: WeaviateUnwellError of weaviate"
    assert (waits.name, waits.severity, waits.since, waits.at) == ("partition-waits", "critical", NOON, LATER)
    assert waits.labels == {
        "stage": "count", "role": "test", "topic": "documents", "partition": "2", "dependency": "weaviate",
    }  # fmt: skip


def test_what_is_waited_for_is_named_only_where_it_is_known():
    waits = partition_waits(STAGE, record(b""), TransientError("who knows"), NOON, NOON)
    assert "dependency" not in waits.labels
    assert partition_waits(STAGE, record(b""), TimeoutError(), NOON, NOON).summary.endswith(": TimeoutError")


def test_its_end_says_when_it_ended():
    waits = partition_waits(STAGE, record(b""), DOWN, NOON, NOON)
    moves = partition_moves(STAGE, record(b""), LATER)
    assert moves.fingerprint == waits.fingerprint
    assert moves.since == LATER


def test_a_wait_is_said_again_well_before_it_would_count_as_over():
    assert 3 * (Backoff().say_again_after_s + Backoff().cap_s) <= LEASE_S


def test_a_blown_fuse_is_another_condition_and_is_over_when_the_stage_processes_again():
    blown = fuse_blown(STAGE, record(b""), "190 of the last 200 events failed", NOON)
    assert blown.fingerprint != partition_waits(STAGE, record(b""), DOWN, NOON, NOON).fingerprint
    assert blown.summary == "count stopped at documents/0@0: 190 of the last 200 events failed"
    assert fuse_whole(STAGE, LATER).fingerprint == blown.fingerprint
    assert fuse_whole(STAGE, LATER).since == LATER
