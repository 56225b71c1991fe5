"""`kill -9` of the role learn at ten random moments while votes come in: it ends where their order says."""

import asyncio
import os
import random

import pytest

from bench.feedback_replay import SEED, compared, parsed, what_came
from bench.feedback_votes import EXPERIMENT, Vote, definition, shuffled
from bench.learn_world import NAMES, LearnWorld, learn_world
from streams.codec import encode
from streams.roles import TALLIES
from streams.topics import DEAD_LETTERS, OUTCOMES
from tests.journeys.votes import tallied, votes_of, worth_of

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1_200)]

KILLS, VOTES, SECONDS = 10, 6_000, 150.0


async def produce(world: LearnWorld, votes: list[Vote], seed: int) -> None:
    """Over the whole time, so that there is work in hand whenever the worker is killed."""
    events = shuffled(votes, seed)
    parts = [events[start::100] for start in range(100)]
    await world.send([encode(definition(), NAMES, "chaos")])
    for part in parts:
        await world.send([encode(each, NAMES, "chaos") for each in part])
        await asyncio.sleep(SECONDS / len(parts))


async def kill(world: LearnWorld, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.2, 5.0))
        world.kill()
        await world.start()


async def test_after_ten_kills_the_end_is_the_one_of_the_votes_in_their_order() -> None:
    """Must hold 5 of issue 6, on small data; `bench/feedback_replay.py` does it on MovieLens."""
    seed = int(os.environ.get("RAGSTREAM_CHAOS_SEED", SEED))
    votes = votes_of(VOTES, seed)
    async with learn_world() as world:
        await world.start()
        async with asyncio.TaskGroup() as group:
            group.create_task(produce(world, votes, seed))
            group.create_task(kill(world, seed))
        await world.settled(300)
        letters = await world.read(DEAD_LETTERS)
        found = {
            **what_came(parsed(await world.read(OUTCOMES))),
            "sums": tallied((await world.states(TALLIES))[f"default/{EXPERIMENT}".encode()]),
        }
    assert letters == []
    assert compared(worth_of(votes), found)["equal"], f"seed {seed}: {compared(worth_of(votes), found)}"
