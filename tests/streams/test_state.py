from datetime import timedelta

import pytest

from streams.state import Stored, after
from tests.streams.playbook import Count
from tests.streams.samples import NOON, record

LATER = NOON + timedelta(hours=1)
STATE = Count(n=1)


def test_a_record_is_included_once_it_was_applied_and_all_before_it_are():
    state = after(None, record(b"", offset=5), STATE)
    assert state.includes(record(b"", offset=5))
    assert state.includes(record(b"", offset=4, timestamp=NOON - timedelta(hours=1)))
    assert not state.includes(record(b"", offset=6))


def test_partitions_and_topics_are_told_apart():
    state = after(None, record(b"", offset=5), STATE)
    assert not state.includes(record(b"", offset=5, partition=1))
    assert not state.includes(record(b"", offset=5, topic="queries"))


def test_each_partition_keeps_its_own_position():
    state = after(after(None, record(b"", offset=5), STATE), record(b"", offset=2, partition=1), STATE)
    assert state.includes(record(b"", offset=5))
    assert state.includes(record(b"", offset=2, partition=1))
    assert not state.includes(record(b"", offset=3, partition=1))


def test_in_a_topic_that_was_deleted_and_made_anew_no_event_is_taken_for_an_old_one():
    state = after(None, record(b"", offset=5_000), STATE)
    assert not state.includes(record(b"", offset=0, timestamp=LATER))
    anew = after(state, record(b"", offset=0, timestamp=LATER), STATE)
    assert anew.includes(record(b"", offset=0, timestamp=LATER))
    assert not anew.includes(record(b"", offset=1, timestamp=LATER))


def test_it_survives_being_stored():
    state = after(None, record(b"", offset=5), STATE)
    assert Stored[Count].model_validate_json(state.model_dump_json()) == state


@pytest.mark.parametrize("previous", [None, after(None, record(b"", offset=1), STATE)])
def test_what_was_before_is_left_as_it_was(previous):
    before = previous and previous.model_dump()
    after(previous, record(b"", offset=2), Count(n=2))
    assert before == (previous and previous.model_dump())


def test_with_producers_whose_clocks_disagree_a_redelivery_is_applied_anew_rather_than_lost():
    """Offset 5 is younger than 6; both come again. Repeated work ends in the same state, a lost event would not."""
    records = [record(b"", offset=5, timestamp=LATER), record(b"", offset=6, timestamp=NOON)]
    state = None
    for each in records:
        state = after(state, each, STATE)
    for each in records:
        if not state.includes(each):
            state = after(state, each, STATE)
    assert state.includes(records[1])
    assert state.applied["documents/0"].offset == 6
