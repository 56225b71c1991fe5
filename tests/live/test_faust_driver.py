"""The Faust driver on a real Kafka: everything once in effect, state that outlives its folder, workers come and go."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from pydantic import BaseModel

from infra.settings import Settings
from schemas.chunks import ChunksPlanned
from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.event import Event, derive_id
from schemas.failures import PermanentError
from schemas.operations import DeadLettered
from streams.codec import decode
from streams.faust_driver import FaustDriver
from streams.faust_options import FaustOptions
from streams.kafka_admin import ensure_topics, planned_topics
from streams.kafka_outbox import KafkaOutbox
from streams.records import Outgoing
from streams.stages import StepStage, Table
from streams.stall_watch import StalledError
from streams.status import kafka_status
from streams.topic import Topic
from streams.topics import CHUNKS, DEAD_LETTERS, DOCUMENTS, TopicNames
from tests.live.topic_reader import read_all

pytestmark = pytest.mark.live

COUNTS = Table("counts", role="plan", source=DOCUMENTS)


class Count(BaseModel):
    events: int = 0


def count(state: Count | None, event: DocumentUpserted | DocumentDeleted) -> tuple[Count, Sequence[Event]]:
    """Numbers the events of a document, so that a lost or a repeated one shows."""
    if event.doc_id == "poison":
        raise PermanentError("poison")
    events = (state.events if state else 0) + 1
    planned = ChunksPlanned(
        event_id=derive_id("plan", event.event_id),
        at=event.at,
        doc_id=event.doc_id,
        revision=events,
        deleted=isinstance(event, DocumentDeleted),
        origin=event.read_from,
    )
    return Count(events=events), [planned]


STAGE = StepStage(
    "plan", "plan", DOCUMENTS, step=count, state=Count, table=COUNTS, state_key=lambda event: event.doc_id, max_batch=16
)


class World:
    """One namespace on the live Kafka."""

    def __init__(self, bootstrap: str, folder: Path) -> None:
        self.bootstrap = bootstrap
        self.folder = folder
        self.names = TopicNames(f"t{uuid4().hex[:12]}")

    def driver(self, outbox: KafkaOutbox, options: FaustOptions) -> FaustDriver:
        return FaustDriver(
            "plan", [STAGE], names=self.names, outbox=outbox, clock=lambda: datetime.now(UTC), options=options
        )

    @asynccontextmanager
    async def worker(self, name: str) -> AsyncIterator[None]:
        options = FaustOptions(self.bootstrap, self.folder / name)
        ready, stop = asyncio.Event(), asyncio.Event()
        async with KafkaOutbox(self.bootstrap, name) as outbox:
            driver = self.driver(outbox, options)
            task = asyncio.ensure_future(driver.run(stop, ready.set))
            await asyncio.wait_for(ready.wait(), 60)
            yield
            stop.set()
            await task

    async def produce(self, doc_ids: Sequence[str], value: bytes | None = b'{"text": "x", "doc_id": "%s"}') -> None:
        topic = self.names.wire(DOCUMENTS)
        async with KafkaOutbox(self.bootstrap, "producer") as outbox:
            await outbox.send(
                [
                    Outgoing(topic, each.encode(), None if value is None else value.replace(b"%s", each.encode()))
                    for each in doc_ids
                ]
            )

    async def events(self, topic: Topic, count: int) -> list[Event]:
        records = await read_all(self.bootstrap, self.names.wire(topic), count)
        return [decode(record, topic) for record in records]

    async def revisions(self, count: int) -> dict[str, list[int]]:
        """Per document the revisions seen, each once, in order."""
        found: dict[str, dict[int, None]] = {}
        for event in await self.events(CHUNKS, count):
            found.setdefault(event.doc_id, {})[event.revision] = None
        return {doc_id: list(revisions) for doc_id, revisions in found.items()}


@pytest.fixture
async def world(live_stack: Settings, tmp_path: Path) -> World:
    world = World(live_stack.kafka.bootstrap, tmp_path)
    await ensure_topics(world.bootstrap, planned_topics(world.names, [COUNTS]), 1)
    return world


async def test_every_event_goes_through_once_and_tombstones_too(world: World) -> None:
    async with world.worker("one"):
        await world.produce([f"d{n % 20}" for n in range(200)])
        await world.produce(["d7"], value=None)
        await world.produce(["poison"])
        events = await world.events(CHUNKS, 201)
        letters = await world.events(DEAD_LETTERS, 1)
    assert len({event.event_id for event in events}) == len(events) == 201
    assert [event.revision for event in events if event.doc_id == "d7"] == list(range(1, 12))
    assert [event.doc_id for event in events if event.deleted] == ["d7"]
    assert isinstance(letters[0], DeadLettered)
    assert letters[0].reason == "poison"


async def test_state_survives_a_restart_and_the_loss_of_its_folder(world: World) -> None:
    for round_ in range(3):
        async with world.worker("one"):
            await world.produce([f"d{n}" for n in range(10)])
            await world.events(CHUNKS, 10 * (round_ + 1))
        if round_ == 1:
            shutil.rmtree(world.folder / "one")
    assert await world.revisions(30) == {f"d{n}": [1, 2, 3] for n in range(10)}


@pytest.mark.parametrize("_round", range(3))
async def test_nothing_is_lost_or_miscounted_while_a_second_worker_comes_and_goes(world: World, _round: int) -> None:
    """FAILURES 15: a rebalance neither loses nor counts twice. As Faust does it alone, one round in five lost some."""
    async with world.worker("one"):
        await world.produce([f"d{n % 40}" for n in range(400)])
        async with world.worker("two"):
            await world.produce([f"d{n % 40}" for n in range(400)])
            await world.events(CHUNKS, 700)
        await world.produce([f"d{n % 40}" for n in range(400)])
        revisions = await world.revisions(1_200)
    assert revisions == {f"d{n}": list(range(1, 31)) for n in range(40)}


async def test_a_worker_that_has_lost_its_place_gives_up_so_that_it_is_started_anew(world: World) -> None:
    """FAILURES 10: alive, a member of its group, and no offset moves."""
    options = FaustOptions(world.bootstrap, world.folder / "one", stalled_after_s=3.0)
    ready = asyncio.Event()
    async with KafkaOutbox(world.bootstrap, "one") as outbox:
        driver = world.driver(outbox, options)
        task = asyncio.ensure_future(driver.run(asyncio.Event(), ready.set))
        await asyncio.wait_for(ready.wait(), 60)
        await world.produce(["d1"])
        await world.events(CHUNKS, 1)
        await asyncio.sleep(5)
        assert not task.done(), "an idle worker is well"
        consumer = driver._app.consumer
        for partition in consumer.assignment():
            consumer._read_offset[partition] = (
                1_000_000  # what a race in a rebalance did to it before the flow was stopped
            )
        await world.produce(["d1"])
        with pytest.raises(ExceptionGroup) as raised:
            await asyncio.wait_for(task, 60)
    assert raised.group_contains(StalledError, depth=None)


async def test_the_end_of_a_transaction_is_no_lag_and_no_stall(world: World) -> None:
    """A transactional producer's markers are offsets that no record has: an idle worker is well all the same."""
    producer = AIOKafkaProducer(bootstrap_servers=world.bootstrap, transactional_id=f"t-{uuid4().hex[:8]}")
    options = FaustOptions(world.bootstrap, world.folder / "one", stalled_after_s=2.0)
    ready, stop = asyncio.Event(), asyncio.Event()
    async with KafkaOutbox(world.bootstrap, "one") as outbox:
        task = asyncio.ensure_future(world.driver(outbox, options).run(stop, ready.set))
        await asyncio.wait_for(ready.wait(), 60)
        await producer.start()
        async with producer.transaction():
            await producer.send(world.names.wire(DOCUMENTS), b'{"doc_id": "d1", "text": "x"}', key=b"d1")
        await producer.stop()
        await world.events(CHUNKS, 1)
        await asyncio.sleep(6)
        assert not task.done()
        found = await kafka_status(world.bootstrap, world.names, {"plan": (DOCUMENTS,)})
        assert found.lags == {"plan": 0}
        stop.set()
        await task


async def test_a_record_with_an_impossible_timestamp_goes_through_like_any_other(world: World) -> None:
    async with world.worker("one"):
        producer = AIOKafkaProducer(bootstrap_servers=world.bootstrap)
        await producer.start()
        value = b'{"doc_id": "d1", "text": "x"}'
        await producer.send_and_wait(world.names.wire(DOCUMENTS), value, key=b"d1", timestamp_ms=-(10**15))
        await producer.send_and_wait(world.names.wire(DOCUMENTS), value, key=b"d1")
        await producer.stop()
        assert await world.revisions(2) == {"d1": [1, 2]}
