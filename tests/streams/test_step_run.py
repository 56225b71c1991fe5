"""One step over one batch: turns on a thread, state handed from event to event, failures alone with their event."""

import threading
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.trace import INVALID_SPAN

from streams.codec import decode
from streams.outcomes import Failure, Work
from streams.step_run import TURN_BYTES, StepRun, turns
from streams.topics import DOCUMENTS
from tests.streams.playbook import Count, counting, step_stage
from tests.streams.samples import document, record


def work(offset, text="some text", doc_id="a"):
    read = record(document(doc_id, text), offset=offset)
    return Work(read, INVALID_SPAN, decode(read, DOCUMENTS))


def run_of(stage=None, read=lambda _record, _key: None):
    return StepRun(
        stage or step_stage(), read, lambda outputs, _: list(outputs), lambda _, error: Failure(str(error), "error")
    )


def sized(size):
    return Work(record(b"x" * size), INVALID_SPAN)


@given(st.lists(st.integers(0, 2 * TURN_BYTES), max_size=20))
def test_turns_hold_all_works_in_order_and_no_more_bytes_than_a_turn_unless_one_is_larger(sizes):
    works = [sized(size) for size in sizes]

    taken = list(turns(works))

    assert [each for turn in taken for each in turn] == works
    assert all(len(turn) == 1 or sum(len(each.record.value) for each in turn) <= TURN_BYTES for turn in taken)


async def test_small_events_share_one_turn_and_so_one_hop_to_a_thread():
    threads = []

    def noting(state, event):
        threads.append(threading.get_ident())
        return counting(state, event)

    await run_of(step_stage(noting)).over([work(offset) for offset in range(5)])

    assert len(threads) == 5
    assert set(threads) == {threads[0]} != {threading.get_ident()}


async def test_an_event_in_a_later_turn_sees_the_state_of_one_in_an_earlier_turn():
    large = "x" * TURN_BYTES

    writes = await run_of().over([work(0, large), work(1, large), work(2)])

    assert [write.stored.state for write in writes] == [Count(n=3)]


async def test_an_event_whose_state_cannot_be_read_fails_alone():
    def read(record, _key):
        if record.offset == 1:
            raise OSError("the disk is gone")

    works = [work(0, doc_id="a"), work(1, doc_id="b"), work(2, doc_id="c")]

    writes = await run_of(read=read).over(works)

    assert [each.failure is None for each in works] == [True, False, True]
    assert [write.key for write in writes] == [b"default/a", b"default/c"]


async def test_a_record_that_its_own_batch_has_applied_is_stepped_once():
    first = work(0)

    writes = await run_of().over([first, replace(first)])

    assert [write.stored.state for write in writes] == [Count(n=1)]


async def test_a_state_that_stays_as_it_was_is_not_written_and_the_event_still_has_its_outputs():
    """A redelivery finds the same state and gives the same outputs, so there is no position to keep."""

    def looking(state, event):
        return counting(state, event) if event.text == "count" else (state, [event.text])

    works = [work(0, "count"), work(1, "look"), work(2, "look", doc_id="b")]

    writes = await run_of(step_stage(looking)).over(works)

    assert [(write.key, write.record.offset) for write in writes] == [(b"default/a", 0)]
    assert [each.outgoing for each in works[1:]] == [["look"], ["look"]]


async def test_an_old_record_is_known_as_old_across_later_ones_that_changed_nothing():
    def looking(state, event):
        return counting(state, event) if event.text == "count" else (state, [event.text])

    changed = (await run_of(step_stage(looking)).over([work(0, "count"), work(1, "look"), work(2, "count")]))[0]
    again = [work(1, "look")]

    writes = await run_of(step_stage(looking), read=lambda _record, _key: changed.value()).over(again)

    assert again[0].outgoing == []
    assert [write.stored for write in writes] == [changed.stored]
