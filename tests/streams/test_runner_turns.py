"""Batches that overlap: the later one may begin, and shows nothing before the one before it is done."""

import asyncio

from schemas.failures import PermanentError
from streams.stages import BatchStage
from streams.topics import DOCUMENTS
from tests.streams.playbook import DOWN, World, note
from tests.streams.samples import document, record


def stage(batch):
    return BatchStage("index", "test", DOCUMENTS, batch)


async def process_both(world, batch):
    """Two batches of one document each, `early` begun before `late`."""
    runner = world.runner(stage(batch))
    await asyncio.gather(
        *(
            runner.process([record(document(name, name), offset=offset)])
            for offset, name in enumerate(("early", "late"))
        )
    )


async def test_a_batch_may_work_before_its_turn_and_sends_after_the_one_before():
    world, worked = World(), []

    async def batch(events, _turn):
        worked.append(events[0].text)
        if events[0].text == "early":
            while len(worked) < 2:
                await asyncio.sleep(0)
        return [[note(event, event.text)] for event in events]

    async with asyncio.timeout(5):
        await process_both(world, batch)
    assert worked == ["early", "late"]
    assert world.notes == ["early", "late"]


async def test_a_batch_that_fails_before_its_turn_is_buried_after_the_one_before():
    world = World()

    async def batch(events, _turn):
        if events[0].text == "late":
            raise PermanentError("no such chunk")
        await asyncio.sleep(0.01)
        return [[note(event, event.text)] for event in events]

    await process_both(world, batch)
    assert [type(event).__name__ for event in world.events()] == ["QuestionAsked", "DeadLettered"]


async def test_a_batch_waits_for_as_long_as_the_one_before_is_repeated():
    world, changed, trouble = World(), [], [DOWN, DOWN]

    async def batch(events, turn):
        await turn()
        if trouble and events[0].text == "early":
            raise trouble.pop()
        changed.append(events[0].text)
        return [[] for _ in events]

    await process_both(world, batch)
    assert changed == ["early", "late"]
    assert len(world.waits) == 2


async def test_batches_that_were_cancelled_have_sent_nothing_and_hold_up_none_after_them():
    world, begun = World(), []

    async def batch(events, turn):
        begun.append(events[0].text)
        if events[0].text == "early":
            await asyncio.Event().wait()
        await turn()
        return [[note(event, event.text)] for event in events]

    runner = world.runner(stage(batch))
    tasks = [
        asyncio.ensure_future(runner.process([record(document(name, name), offset=offset)]))
        for offset, name in enumerate(("early", "late"))
    ]
    while len(begun) < 2:
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert world.notes == []

    async with asyncio.timeout(5):
        await runner.process([record(document("next", "next"), offset=2)])
    assert world.notes == ["next"]
