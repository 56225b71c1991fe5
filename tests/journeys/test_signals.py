"""What a running ragstream shows of itself, from documents, questions and votes to signals: on the driver in memory."""

import asyncio
import json
from datetime import UTC, datetime

from agents.answering import AnsweringOptions, AnsweringPorts, ExtractiveGenerator
from agents.monitors import Watched
from agents.planning import ChunkSizes
from agents.signals import SamplingPorts
from agents.sketches import unsketch
from infra.memory_index import MemoryIndex
from schemas.monitors import SignalsObserved
from streams.local_driver import LocalBroker, LocalDriver
from streams.local_lags import LocalLags
from streams.state import Stored
from streams.ticker import tick_at
from streams.together import at_once
from streams.topology import make_stages
from tests.journeys.fakes import DIMENSION, WordEmbedder
from tests.journeys.stories import FERRY
from tests.journeys.test_in_memory import MemoryWorld
from tests.journeys.world import ask, put


def utc_now():
    return datetime.now(UTC)


class Down:
    """A prober of a Weaviate that is away."""

    async def up(self):
        return {"weaviate": False}


class SampledWorld(MemoryWorld):
    """With samples, taken on each tick that a test sends."""

    def __init__(self):
        self.embedder, self.index = WordEmbedder(), MemoryIndex(DIMENSION)
        self.broker = LocalBroker(utc_now)
        self.lags = LocalLags(self.broker)
        self.driver = self.lags.driver = LocalDriver(self.broker, self.stages(), utc_now)

    def stages(self):
        ports = AnsweringPorts(self.embedder, self.index, utc_now, ExtractiveGenerator())
        sampling = SamplingPorts(self.lags, Down(), utc_now, at_once)
        return make_stages(self.embedder, ports, ChunkSizes(), AnsweringOptions(), sampling=sampling)

    async def tick(self):
        await self.broker.publish(tick_at(utc_now(), 2.0))
        await self.settle()

    def counted(self):
        """Observations that the monitors of each tenant and source have seen."""
        kept = {key.decode(): raw for (topic, _, key), raw in self.driver.store.data.items() if topic == "signals"}
        return {key: Stored[Watched].model_validate_json(raw).state.observed for key, raw in kept.items()}

    def signals(self, source):
        return [
            each
            for each in self.broker.events("signals")
            if isinstance(each, SignalsObserved) and each.source == source
        ]


async def test_documents_answers_and_votes_show_themselves_to_their_own_tenant():
    async with SampledWorld().running() as world:
        await put(world, "ferry", FERRY)
        answer = await ask(world, "When does the ferry to Hvar leave Split?")
        vote = {"answer_id": answer.answer_id, "score": -1, "user_id": "ann", "tenant": world.tenant}
        await world.produce("feedback", answer.answer_id.encode(), json.dumps(vote).encode())
        await world.settle()
        found = {source: world.signals(source) for source in ("documents", "index", "answers", "questions", "feedback")}
        assert {source: len(seen) for source, seen in found.items()} == dict.fromkeys(found, 1)
        assert {seen.tenant for [seen] in found.values()} == {world.tenant}
        assert found["feedback"][0].values == {"score": -1.0}
        assert found["feedback"][0].evidence.answer_id == answer.answer_id
        vector = (await world.embedder.embed_question("When does the ferry to Hvar leave Split?"))[0][0]
        assert unsketch(found["questions"][0].vector) @ vector > 0.99


async def test_a_record_that_nothing_can_be_made_of_shows_itself_to_those_who_operate():
    async with SampledWorld().running() as world:
        await world.produce("documents", b"x", b"no document")
        await world.settle()
        [seen] = world.signals("operations")
        assert (seen.tenant, seen.values) == ("default", {"dead_letters": 1.0})
        assert seen.labels == {"stage": "plan", "error": "Malformed"}


async def test_a_tick_shows_who_is_behind_and_what_is_away():
    world = SampledWorld()
    await put_unread(world)
    sampling = asyncio.ensure_future(LocalDriver(world.broker, watching(world), utc_now).run())
    try:
        await world.broker.publish(tick_at(utc_now(), 2.0))
        async with asyncio.timeout(20):
            while not world.signals("operations"):
                await asyncio.sleep(0.01)
    finally:
        sampling.cancel()
        await asyncio.gather(sampling, return_exceptions=True)
    [seen] = world.signals("operations")
    assert (seen.values["lag.plan"], seen.values["lag.index"], seen.values["up.weaviate"]) == (3.0, 0.0, 0.0)
    assert seen.values["stuck.plan"] == 0.0


async def test_what_is_told_again_after_a_crash_is_counted_once():
    """FAILURES 63."""
    world = SampledWorld()
    async with world.running():
        await put(world, "ferry", FERRY)
        await ask(world, "When does the ferry to Hvar leave Split?")
    before = world.counted()
    for place in world.driver.committed:
        if place[0].startswith("observe-"):
            world.driver.committed[place] = 0
    async with world.running():
        await world.settle()
    assert len(world.signals("answers")) == 2
    assert len({each.event_id for each in world.signals("answers")}) == 1
    assert world.counted() == before
    assert before["acme/answers"] == before["acme/index"] == 1


async def put_unread(world):
    for number in range(3):
        await world.produce("documents", b"a", json.dumps({"doc_id": "a", "text": f"Text {number}."}).encode())


def watching(world):
    """The stages of the role `watch` alone: as if those of the others stood still."""
    return [stage for stage in world.driver.stages if stage.role == "watch"]
