"""The timer: what is due is said, in whatever number; a look that fails is made good by the next."""

import asyncio
import dataclasses

import pytest

from schemas.event import derive_id
from schemas.failures import TransientError
from schemas.questions import QuestionAsked
from streams.expiry import Expiry
from streams.state import Stored
from streams.topics import TopicNames
from tests.streams.playbook import Count, World, step_stage
from tests.streams.samples import NOON, clock


def due(key, state, now):
    if state.n < 3:
        return ()
    return (QuestionAsked(event_id=derive_id("due", key), query_id=key, text=f"{state.n}", at=now),)


def timer(world, counts, **changes):
    items = {key.encode(): Stored(applied={}, state=Count(n=n)).model_dump_json().encode() for key, n in counts.items()}
    stage = dataclasses.replace(step_stage(), due=due, **changes)
    return Expiry(stage, items.items, TopicNames(), world, clock)


async def test_what_is_due_is_said_with_the_timers_time():
    world = World()
    assert await timer(world, {"a": 1, "b": 5, "c": 3}).look() == 2
    assert [(each.query_id, each.text, each.at) for each in world.events()] == [("b", "5", NOON), ("c", "3", NOON)]


async def test_however_many_there_are_others_have_their_turn_in_between():
    world, turns = World(), 0
    looking = asyncio.ensure_future(timer(world, {f"k{n}": n for n in range(450)}).look())
    while not looking.done():
        await asyncio.sleep(0)
        turns += 1
    assert looking.result() == len(world.sent) == 447
    assert turns >= 5


async def test_a_look_that_fails_is_made_good_by_the_next():
    world = World(trouble=[TransientError("Kafka is down")])
    running = asyncio.ensure_future(timer(world, {"b": 5}, due_every_s=0.01).run())
    async with asyncio.timeout(5):
        while not world.sent:
            await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert world.journal[:2] == ["send failed", "sent"]
