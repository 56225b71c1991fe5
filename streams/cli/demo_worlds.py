"""Settings in, something to ingest into and to ask out: real servers, or the same topology in this process."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import uuid4

from agents.answering import AnsweringPorts, ExtractiveGenerator
from agents.planning import ChunkSizes
from infra.local.kafka_server import KafkaServer
from infra.local.process import ManagedProcess
from infra.local.progress import Progress
from infra.local.stack import WORKER_GRACE_S
from infra.local.weaviate_server import WeaviateServer
from infra.memory_index import MemoryIndex
from infra.models import ensure_model
from infra.onnx_embedder import open_embedder
from infra.settings import Settings
from infra.telemetry import start_telemetry
from infra.token_counter import open_token_counter
from schemas.answers import Answer
from schemas.documents import DocumentUpserted
from schemas.event import Event
from schemas.failures import ConfigurationError, PermanentError
from schemas.index_log import DocumentIndexed, DocumentSkipped
from schemas.operations import DeadLettered
from schemas.questions import QuestionAsked
from streams.cli.role_processes import role_process
from streams.cli.tally import Tally
from streams.cli.up import bring_up
from streams.client import Outcome, RagstreamClient, Receipt
from streams.composition import Books, answering_options, open_tracer, opened_reranker, utc_now
from streams.control_events import ControlEvents
from streams.control_local import LocalControl
from streams.derived_ids import DerivedIds
from streams.local_driver import LocalBroker, LocalDriver
from streams.roles import ROLES
from streams.topics import ANSWERS, DEAD_LETTERS, INDEX_LOG
from streams.topology import make_stages

WATCH_EVERY_S: Final = 1.0


class World(Protocol):
    """What the demonstration needs."""

    async def ingest(self, documents: AsyncIterator[DocumentUpserted], tally: Tally) -> None:
        """Send all and wait until each is readable in the index, or failed."""
        ...

    async def ask(self, text: str) -> Answer:
        """Whichever of the five outcomes comes."""
        ...


def missing_tools(settings: Settings) -> str | None:
    """The sentence about a tool that would be needed to start a server, and is not here."""
    cache = settings.cache_folder()
    wanted: list[KafkaServer | WeaviateServer] = []
    wanted += [KafkaServer(settings.home, cache)] if settings.kafka.bootstrap is None else []
    wanted += [WeaviateServer(settings.home, cache)] if settings.weaviate.url is None else []
    try:
        for server in wanted:
            if not server.process.running():
                server.check_tools()
    except ConfigurationError as error:
        return str(error)
    return None


@asynccontextmanager
async def kafka_world(settings: Settings, progress: Progress) -> AsyncIterator[World]:
    """Kafka, Weaviate and workers; at the end, what this call started is stopped, and nothing else."""
    before = _running(settings)
    try:
        running, _ = await bring_up(settings, 1, progress)
        async with (
            RagstreamClient(running.kafka.bootstrap or "", namespace=settings.namespace) as client,
            asyncio.TaskGroup() as group,
        ):
            watching = group.create_task(watch([role_process(role, 1, settings.home).process for role in ROLES]))
            yield _KafkaWorld(client)
            watching.cancel()
    finally:
        # Workers first: they leave their groups while Kafka is there to be told.
        for name in sorted(_running(settings) - before, key=lambda each: not each.startswith("worker-")):
            progress(f"Stopping {name}")
            await asyncio.to_thread(ManagedProcess(name, settings.home).stop, WORKER_GRACE_S)


async def watch(processes: Sequence[ManagedProcess]) -> None:
    """Never returns; raises `ConfigurationError` with the end of its log when one of them does not run any more."""
    while True:
        for each in processes:
            if not each.running():
                raise ConfigurationError(each.last_words("stopped"))
        await asyncio.sleep(WATCH_EVERY_S)


def _running(settings: Settings) -> set[str]:
    return {each.name for each in ManagedProcess.known(settings.home) if each.running()}


@asynccontextmanager
async def memory_world(settings: Settings, progress: Progress) -> AsyncIterator[World]:
    """The topology over topics and an index in memory, with the real embedding model."""
    model = await ensure_model(settings, progress)
    progress("Loading the embedding model")
    books, broker, counter = Books(), LocalBroker(utc_now), open_token_counter(model)
    control = LocalControl(ControlEvents(books.appliers(), broker.names, broker), broker)
    with ExitStack() as stack:
        stack.callback(start_telemetry(settings.telemetry, "ragstream-demo", settings.home, DerivedIds()).stop)
        embedder = stack.enter_context(closing(open_embedder(settings, model)))
        ports = AnsweringPorts(
            embedder=embedder,
            index=MemoryIndex(embedder.dimension),
            clock=utc_now,
            generator=ExtractiveGenerator(),
            reranker=stack.enter_context(opened_reranker(settings)),
            guard=books.replayable_guard(),
            experimenter=books.experiments,
            guard_with=books.guard_with,
            tracer=open_tracer(settings),
        )
        sizes = ChunkSizes(settings.planning.min_tokens, settings.planning.max_tokens)
        stages = make_stages(counter, ports, sizes, answering_options(settings))
        driver = LocalDriver(broker, stages, utc_now)
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(driver.run()), group.create_task(control.run())]
            yield _MemoryWorld(broker, driver)
            for task in running:
                task.cancel()


@dataclass(frozen=True)
class _KafkaWorld:
    client: RagstreamClient

    async def ingest(self, documents: AsyncIterator[DocumentUpserted], tally: Tally) -> None:
        receipts = [
            each async for each in self.client.ingesting(documents, lambda one, why: tally.failed(one.doc_id, str(why)))
        ]
        tally.sent = len(receipts)
        async for outcome in self.client.outcomes(receipts):
            tally.add(outcome)

    async def ask(self, text: str) -> Answer:
        return await self.client.ask(text)


@dataclass(frozen=True)
class _MemoryWorld:
    broker: LocalBroker
    driver: LocalDriver

    async def ingest(self, documents: AsyncIterator[DocumentUpserted], tally: Tally) -> None:
        async for document in documents:
            try:
                await self.broker.publish(document.model_copy(update={"event_id": str(uuid4()), "at": utc_now()}))
            except PermanentError as error:
                tally.failed(document.doc_id, str(error))
            else:
                tally.sent += 1
        await self.driver.settle()
        for event in [*self.broker.events(INDEX_LOG.name), *self.broker.events(DEAD_LETTERS.name)]:
            if isinstance(event, DocumentIndexed | DocumentSkipped | DeadLettered):
                tally.add(Outcome(_receipt(event), event))

    async def ask(self, text: str) -> Answer:
        query_id = str(uuid4())
        await self.broker.publish(QuestionAsked(event_id=query_id, query_id=query_id, at=utc_now(), text=text))
        await self.driver.settle()
        found = (each for each in self.broker.events(ANSWERS.name) if isinstance(each, Answer))
        return next(each for each in found if each.query_id == query_id)


def _receipt(event: Event) -> Receipt:
    doc_id = event.doc_id if isinstance(event, DocumentIndexed | DocumentSkipped) else event.event_id
    return Receipt(doc_id, event.event_id, "", 0, 0, {})
