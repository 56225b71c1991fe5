"""The runner's five duties, on processors of all three shapes, in a world that fails where it is told to."""

import asyncio
from dataclasses import replace

import pytest

from schemas.event import derive_id
from schemas.questions import QuestionAsked
from streams.retry import Backoff
from tests.streams.playbook import DOWN, Count, World, batch_stage, docs, done, failing, handler_stage, note, step_stage
from tests.streams.samples import document, record


@pytest.fixture
def world():
    return World()


def shapes():
    return [
        pytest.param(step_stage(), id="step"),
        pytest.param(handler_stage(failing([])), id="handler"),
        pytest.param(batch_stage(done), id="batch"),
    ]


@pytest.mark.parametrize("stage", shapes())
async def test_outputs_are_delivered_in_order_before_the_runner_returns(world, stage):
    await world.runner(stage).process(docs("one", "two"))
    assert [event.event_id for event in world.events()] == [
        derive_id("note", derive_id("documents", 0, offset)) for offset in (0, 1)
    ]


async def test_state_is_written_after_the_outputs_are_delivered(world):
    """DESIGN section 4, point 4."""
    await world.runner(step_stage()).process(docs("one", "two"))
    assert world.journal == ["sent", "wrote"]
    assert world.stored(b"default/a").state == Count(n=2)


async def test_a_step_sees_the_state_that_the_record_before_it_left(world):
    await world.runner(step_stage()).process(docs("one", "two"))
    await world.runner(step_stage()).process([record(document("a", "three"), offset=2)])
    assert world.notes == ["a 1", "a 2", "a 3"]


async def test_keys_have_states_of_their_own_and_tenants_too(world):
    other = record(document("a", tenant="acme"), offset=1)
    await world.runner(step_stage()).process([*docs("one"), other, record(document("b"), offset=2)])
    assert world.notes == ["a 1", "a 1", "b 1"]
    assert set(world.data) == {(0, b"default/a"), (0, b"acme/a"), (0, b"default/b")}


async def test_a_redelivered_record_emits_nothing_and_its_state_is_written_again(world):
    """DESIGN section 4, point 4; FAILURES 2."""
    await world.runner(step_stage()).process(docs("one", "two"))
    before = dict(world.data)
    world.journal.clear()
    world.sent.clear()
    await world.runner(step_stage()).process(docs("one", "two"))
    assert (world.sent, world.journal, world.data) == ([], ["wrote"], before)


async def test_a_batch_of_old_and_new_records_counts_only_the_new(world):
    await world.runner(step_stage()).process(docs("one", "two"))
    await world.runner(step_stage()).process(docs("one", "two", "three"))
    assert world.notes == ["a 1", "a 2", "a 3"]


async def test_a_crash_between_delivery_and_state_repeats_the_same_outputs(world):
    async def crash(*_):
        raise OSError("disk full")

    runner = world.runner(step_stage())
    world.write, write = crash, world.write
    with pytest.raises(OSError, match="disk full"):
        await runner.process(docs("one"))
    world.write = write
    await world.runner(step_stage()).process(docs("one"))
    first, again = world.sent
    assert (first.key, first.value) == (again.key, again.value)
    assert world.stored(b"default/a").state == Count(n=1)


async def test_a_step_can_forget_a_key_and_begin_anew(world):
    await world.runner(step_stage()).process(docs("one", "forget"))
    assert world.stored(b"default/a") is None
    await world.runner(step_stage()).process(docs("one", "forget", "three")[2:])
    assert world.notes[-1] == "a 1"


async def test_a_failing_step_leaves_the_state_and_its_neighbours_alone(world):
    await world.runner(step_stage()).process(docs("one", "boom", "three"))
    assert world.notes == ["a 1", "a 2"]
    assert world.stored(b"default/a").state == Count(n=2)
    [letter] = world.letters
    assert (letter.offset, letter.error, letter.reason) == (1, "ValueError", "unexpected ValueError in stage count")


async def test_an_unreadable_state_dead_letters_the_event_rather_than_stopping_the_worker(world):
    world.data[0, b"default/a"] = b"{}"
    await world.runner(step_stage()).process([*docs("one"), record(document("b"), offset=1)])
    assert [letter.error for letter in world.letters] == ["ValidationError"]
    assert world.notes == ["b 1"]


async def test_a_stray_is_sent_home_once_with_its_identity_and_time_fixed(world):
    runner = world.runner(step_stage(), partitions=4)
    stray = record(document("a", "one"), partition=3, offset=7, headers=(("traceparent", b"00-ab"), ("n", None)))
    await runner.process([stray])
    [home] = world.sent
    assert (home.topic, home.key, home.value, world.data) == ("documents", b"a", stray.value, {})
    assert home.partition != 3
    assert home.headers["ce_id"] == derive_id("documents", 3, 7).encode()
    assert home.headers["traceparent"] == b"00-ab"
    arrived = record(home.value, partition=home.partition, offset=0, key=home.key, headers=tuple(home.headers.items()))
    await runner.process([arrived])
    assert world.notes == ["a 1"]
    assert world.events(QuestionAsked)[0].event_id == derive_id("note", derive_id("documents", 3, 7))


async def test_strays_matter_to_steps_only(world):
    stray = replace(docs("one")[0], partition=3)
    await world.runner(batch_stage(done), partitions=4).process([stray])
    await world.runner(handler_stage(failing([])), partitions=4).process([stray])
    assert len(world.notes) == 2


@pytest.mark.parametrize("shape", ["step", "handler", "batch"])
async def test_cancelled_in_the_middle_it_delivers_and_writes_nothing(world, shape):
    """FAILURES 9."""
    entered = asyncio.Event()

    async def forever(_):
        entered.set()
        await asyncio.Event().wait()

    def slow(state, event):
        loop.call_soon_threadsafe(entered.set)
        return Count(n=1), [note(event, "late")]

    loop = asyncio.get_running_loop()
    stage = {"step": step_stage(slow), "handler": handler_stage(forever), "batch": batch_stage(forever)}[shape]
    task = asyncio.ensure_future(world.runner(stage).process(docs("one")))
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (world.sent, world.data) == ([], {})


async def test_cancelled_while_it_delivers_it_writes_no_state(world):
    delivering = asyncio.Event()

    async def send(records):
        delivering.set()
        await asyncio.Event().wait()

    world.send = send
    task = asyncio.ensure_future(world.runner(step_stage()).process(docs("one")))
    await delivering.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert world.data == {}


async def test_cancelled_while_it_waits_it_ends_at_once(world):
    waits = asyncio.Event()

    async def sleep(_):
        waits.set()
        await asyncio.Event().wait()

    runner = world.runner(handler_stage(failing([DOWN])), backoff=Backoff(sleep=sleep))
    task = asyncio.ensure_future(runner.process(docs("one")))
    await waits.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert world.sent == []


async def test_the_limit_of_a_value_can_be_set_below_the_topics(world):
    await world.runner(step_stage(), max_bytes=100).process(docs("x" * 100, "short"))
    assert world.notes == ["a 1"]
    assert "the limit is 100" in world.letters[0].reason
