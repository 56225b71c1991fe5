from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agents.monitors.counted import MOST, Taken, counted, with_counted
from agents.monitors.state import Watched
from agents.monitors.step import watch
from schemas.event import Origin
from schemas.monitors import SignalsObserved

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def origin(offset, partition=0, topic="answers"):
    return Origin(topic=topic, partition=partition, offset=offset, at=NOON)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=40))
def test_each_record_of_a_partition_counts_once_when_they_come_in_order_and_again(places):
    """As after a crash: from any place on, everything comes again."""
    log = [origin(offset, partition) for partition in range(4) for offset in range(10)]
    taken, seen = {}, []
    for each in [*log, *(origin(offset, partition) for partition, offset in sorted(places)), *log]:
        if not counted(taken, each):
            taken = with_counted(taken, each)
            seen.append(each)
    assert seen == log


def test_what_has_no_origin_counts_each_time():
    assert not counted({"answers/0": Taken(5, NOON)}, None)
    assert with_counted({"answers/0": Taken(5, NOON)}, None) == {"answers/0": Taken(5, NOON)}


def test_a_topic_that_was_made_anew_is_seen_from_its_beginning():
    taken = with_counted({}, origin(1_000))
    later = Origin(topic="answers", partition=0, offset=0, at=NOON + timedelta(hours=1))
    assert counted(taken, origin(0))
    assert not counted(taken, later)
    taken = with_counted(taken, later)
    assert counted(taken, later)
    assert not counted(taken, later.model_copy(update={"offset": 1}))


def test_places_that_are_remembered_are_bounded():
    taken = {}
    for number in range(MOST + 20):
        taken = with_counted(taken, origin(1, number))
    assert len(taken) == MOST


def test_redelivered_signals_change_nothing():
    """FAILURES 63: counts of drift are unchanged by a redelivery after a rebalance."""
    events = [
        SignalsObserved(event_id=f"s{n}", at=NOON, source="answers", values={"failed": 0.0}, origin=origin(n))
        for n in range(5)
    ]
    state = Watched()
    for event in events:
        state, _ = watch(state, event)
    after = state
    for event in events[2:]:
        after, told = watch(after, event)
        assert told == ()
    assert (after, after.observed) == (state, 5)
