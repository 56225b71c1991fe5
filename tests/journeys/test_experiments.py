"""An experiment from its definition to its report, on the driver in memory: assigned by answers, counted by units."""

import asyncio
from contextlib import asynccontextmanager

from agents.answering import AnsweringOptions, AnsweringPorts, ExtractiveGenerator
from agents.planning import ChunkSizes
from agents.ports import EmbeddingSpace
from infra.memory_index import MemoryIndex
from schemas.answers import AnswerServed
from schemas.experiments import ExperimentDefined, ExperimentReported
from streams.composition import Books
from streams.control_events import ControlEvents
from streams.control_local import LocalControl
from streams.topology import make_stages
from tests.journeys.fakes import DIMENSION, WordEmbedder
from tests.journeys.test_in_memory import MemoryWorld, utc_now
from tests.journeys.world import ask, index_log, put
from tests.streams.experiment_samples import defined

USERS = [f"u{number}" for number in range(24)]


class World(MemoryWorld):
    """In which experiments are followed."""

    def __init__(self, tenant, spaces=None):
        self.tenant = tenant
        self.spaces = spaces or {}
        self.books = Books()
        super().__init__()
        self.control = LocalControl(ControlEvents(self.books.appliers(), self.broker.names, self.broker), self.broker)

    def stages(self):
        ports = AnsweringPorts(
            self.embedder,
            MemoryIndex(DIMENSION),
            utc_now,
            ExtractiveGenerator(),
            experimenter=self.books.experiments,
            spaces=self.spaces,
        )
        return make_stages(self.embedder, ports, ChunkSizes(), AnsweringOptions())

    @asynccontextmanager
    async def running(self):
        following = asyncio.ensure_future(self.control.run())
        try:
            async with super().running():
                yield self
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def define(self, definition: ExperimentDefined):
        await self.broker.publish(definition.model_copy(update={"event_id": "d", "at": utc_now()}))
        await self.control.settle()
        await self.settle()


async def reported_of(tenant, definition):
    """What answers call the experiment, which arms they were given, and what its last report counts."""
    async with World(tenant).running() as world:
        await world.define(definition)
        answers = [await ask(world, "Are we in?", user_id=user) for user in USERS]
        again = [await ask(world, "Are we still in?", user_id=user) for user in USERS]
        await world.settle()
        reports = [each for each in await world.events("experiment-reports") if isinstance(each, ExperimentReported)]
    assert [each.assignment for each in answers] == [each.assignment for each in again]
    given = [arm for each in answers for arm in each.assignment.values()]
    counted = {arm: given.count(arm) for arm in sorted(set(given))}
    return {name for each in answers for name in each.assignment}, counted, reports[-1].exposures


async def test_what_answers_were_part_of_is_counted_by_unit():
    names, given, exposures = await reported_of("default", defined("x"))
    assert names == {"x"}
    assert sum(given.values()) == len(USERS)
    assert exposures == given


async def test_units_of_all_tenants_are_counted_in_the_experiment_that_is_for_everybody():
    names, given, exposures = await reported_of("acme", defined("x"))
    assert names == {"default/x"}
    assert exposures == given


async def test_an_arm_that_is_stopped_is_given_to_nobody():
    async with World("default").running() as world:
        await world.define(defined("x"))
        await world.define(defined("x", stopped=True))
        assert (await ask(world, "Are we in?", user_id="u")).assignment == {}


class OtherWords(WordEmbedder):
    embedder_id = "other-words-2"


async def test_each_arm_is_answered_by_its_own_embedder_from_an_index_that_every_document_is_in():
    other = EmbeddingSpace(OtherWords(), MemoryIndex(DIMENSION))
    async with World("default", {"other": other}).running() as world:
        await world.define(defined("x", overrides={"embedder": "other"}))
        await put(world, "ferries", "The ferry to Hvar leaves Split at nine.")
        answers = [await ask(world, "When does the ferry to Hvar leave Split?", user_id=user) for user in USERS]
        (indexed,) = await index_log(world, "ferries")
    assert (indexed.embedder_id, indexed.warnings) == ("words-1", ())
    assert len(other.embedder.embedded) == 1
    assert {(each.assignment["x"], each.provenance.embedder_id, type(each)) for each in answers} == {
        ("a", "words-1", AnswerServed),
        ("b", "other-words-2", AnswerServed),
    }
