"""The stories on the driver in memory: the real topology, planning and answering, with an index in memory."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from agents.answering import AnsweringOptions, AnsweringPorts, ExtractiveGenerator
from agents.answering.follow_up import FollowUpRewriter
from agents.planning import ChunkSizes
from bench.feedback_replay import compared, what_came
from bench.feedback_votes import definition, shuffled
from infra.memory_index import MemoryIndex
from schemas.answers import AnswerServed
from schemas.failures import TransientError
from streams.conversation_log import LocalConversationLog
from streams.delta_releaser import DeltaReleaser
from streams.local_driver import LocalBroker, LocalDriver
from streams.records import Outgoing
from streams.sessions import Sessions
from streams.topology import make_stages
from tests.journeys.fakes import DIMENSION, WordEmbedder
from tests.journeys.feedback_stories import FEEDBACK_STORIES, outcomes, tell
from tests.journeys.lineage_stories import LINEAGE_STORIES
from tests.journeys.stories import FERRY, LIGHTHOUSE, STORIES
from tests.journeys.votes import tallied, votes_of, worth_of
from tests.journeys.world import ask, index_log, put


def utc_now():
    return datetime.now(UTC)


class MemoryWorld:
    """A `World` in this process."""

    tenant = "acme"
    other_tenant = "globex"

    def __init__(self, index=None):
        self.embedder = WordEmbedder()
        self.index = index or MemoryIndex(DIMENSION)
        self.broker = LocalBroker(utc_now)
        self.driver = LocalDriver(self.broker, self.stages(), utc_now)

    def stages(self):
        ports = AnsweringPorts(
            self.embedder,
            self.index,
            utc_now,
            ExtractiveGenerator(),
            conversations=LocalConversationLog(Sessions(), self.broker),
            rewriter=FollowUpRewriter(),
            releaser=DeltaReleaser(self.broker, self.broker.names, "memory"),
        )
        return make_stages(self.embedder, ports, ChunkSizes(), AnsweringOptions())

    @asynccontextmanager
    async def running(self):
        running = asyncio.ensure_future(self.driver.run())
        try:
            yield self
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def now(self):
        return utc_now()

    async def produce(self, topic, key, value, headers=()):
        await self.broker.send([Outgoing(topic, key, value, dict(headers))])

    async def settle(self):
        async with asyncio.timeout(20):
            await self.driver.settle()

    async def events(self, topic):
        return self.broker.events(topic)

    async def stored(self):
        return {(tenant, chunk.chunk_id): chunk.revision async for tenant, chunk in self.index.scan()}


class FlakyIndex(MemoryIndex):
    """An index whose first calls fail for now."""

    failures = 3

    async def upsert(self, chunks, vectors):
        if self.failures:
            self.failures -= 1
            raise TransientError("Weaviate is down")
        await super().upsert(chunks, vectors)


@pytest.mark.parametrize("story", [*STORIES, *FEEDBACK_STORIES, *LINEAGE_STORIES], ids=lambda story: story.__name__)
async def test_story(story):
    async with MemoryWorld().running() as world:
        await story(world)


async def test_after_a_crash_that_lost_every_position_all_comes_again_and_nothing_is_different():
    """DESIGN section 4: nothing lost, nothing counted twice."""
    world = MemoryWorld()
    async with world.running():
        for text in (FERRY, LIGHTHOUSE, FERRY + " " + LIGHTHOUSE):
            await put(world, "a", text)
        await put(world, "b", FERRY)
        await put(world, "b", type="DocumentDeleted")
        answer = await ask(world, "Who repaired the lamp?")
    before = await world.stored()
    planned = len(world.broker.events("chunks"))
    world.driver = LocalDriver(world.broker, world.stages(), utc_now, world.driver.store)
    async with world.running():
        await world.settle()
        assert await world.stored() == before
        assert len(world.broker.events("chunks")) == planned
        assert {each.event_id for each in world.broker.events("answers")} == {answer.event_id}
        assert len({each.event_id for each in world.broker.events("index-log")}) == planned
        assert world.broker.events("dead-letters") == []
        await put(world, "a", LIGHTHOUSE)
        assert (await index_log(world, "a"))[-1].revision == 4


async def test_an_outage_of_the_index_delays_documents_and_loses_none():
    async with MemoryWorld(FlakyIndex(DIMENSION)).running() as world:
        await put(world, "ferry", FERRY)
        assert isinstance(await ask(world, "When does the ferry to Hvar leave Split?"), AnswerServed)
        assert world.broker.events("dead-letters") == []


async def test_a_document_that_arrives_on_the_wrong_partition_is_worked_on_in_order_at_home():
    async with MemoryWorld().running() as world:
        for number, partition in enumerate([0, 1, 2, 3]):
            value = json.dumps({"doc_id": "ferry", "tenant": "acme", "text": f"{FERRY} Number {number}."}).encode()
            await world.broker.send([Outgoing("documents", None, value, partition=partition)])
            await world.settle()
        assert [each.revision for each in await index_log(world, "ferry")] == [1, 2, 3, 4]
        assert len(await world.stored()) == 1


async def test_feedback_for_an_answer_that_never_comes_ends_in_the_dead_letters():
    """FAILURES 65."""
    world = MemoryWorld()
    async with world.running():
        await tell(world, "nowhere", score=1, user_id="ann")
        world.driver.clock = lambda: utc_now() + timedelta(minutes=61)
        await world.driver.expire()
        await world.settle()
        [letter] = world.broker.events("dead-letters")
        assert (letter.topic, letter.error) == ("feedback", "OrphanedFeedback")
        assert json.loads(letter.value)["user_id"] == "ann"
        assert await outcomes(world, "nowhere", "feedback") == []
        await world.driver.expire()
        await world.settle()
        assert len(world.broker.events("dead-letters")) == 1


async def test_shuffled_doubled_and_after_a_crash_votes_end_where_their_order_says():
    """Must hold 5 of issue 6, in memory; FAILURES 63 and 65."""
    votes, world = votes_of(600, 6), MemoryWorld()
    events = shuffled(votes, 6)
    async with world.running():
        for event in [definition(), *events[:400]]:
            await world.broker.publish(event)
        await world.settle()
    world.driver = LocalDriver(world.broker, world.stages(), utc_now, world.driver.store)  # every position is lost
    async with world.running():
        for event in events[400:]:
            await world.broker.publish(event)
        await world.settle()
    tallies = [raw for (topic, _, _), raw in world.driver.store.data.items() if topic == "experiment-log"]
    came = what_came([each.model_dump() for each in world.broker.events("outcomes")])
    found = {**came, "sums": tallied(tallies[0])}
    assert len(found["pasts"]) > 3
    assert compared(worth_of(votes), found)["equal"]
    assert world.broker.events("dead-letters") == []
