"""The stories of the journeys on a real Kafka and Weaviate, with the real model and workers in their own processes."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from infra.settings import Settings
from schemas.event import Event, derive_id
from streams.codec import Malformed, decode
from streams.kafka_outbox import KafkaOutbox
from streams.records import Outgoing, Record
from streams.topics import ANSWERS, CHUNKS, DEAD_LETTERS, INDEX_LOG, QUERIES, TOPICS, TopicNames
from tests.journeys.stories import FERRY, STORIES
from tests.journeys.world import World

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

Place = tuple[str, int, int]
"""Topic, partition, offset."""
SETTLE_S = 60


class LiveWorld:
    """A `World` on real servers, with tenants that nobody else has."""

    def __init__(self, outbox: KafkaOutbox, names: TopicNames) -> None:
        run = uuid4().hex[:10]
        self.tenant, self.other_tenant = f"acme-{run}", f"globex-{run}"
        self.names = names
        self.outbox = outbox
        self.records: dict[Place, Record] = {}
        self.sent: list[Place] = []
        self.arrived = asyncio.Condition()

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def produce(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Mapping[str, bytes] = {}
    ) -> None:
        wire = self.names.wire(next(row for row in TOPICS if row.name == topic))
        [(partition, offset)] = await self.outbox.deliver([Outgoing(wire, key, value, dict(headers))])
        self.sent.append((wire, partition, offset))

    async def settle(self) -> None:
        async with asyncio.timeout(SETTLE_S), self.arrived:
            await self.arrived.wait_for(lambda: all(map(self._is_done, self.sent)))

    async def events(self, topic: str) -> Sequence[Event]:
        row = next(row for row in TOPICS if row.name == topic)
        decoded = [decode(record, row) for (name, *_), record in self.records.items() if name == self.names.wire(row)]
        mine = (self.tenant, self.other_tenant)
        return [each for each in decoded if not isinstance(each, Malformed) and self._is_mine(each, mine)]

    def _is_mine(self, event: Event, tenants: tuple[str, str]) -> bool:
        """A dead letter of something that could not be decoded has no tenant, but it says where it came from."""
        place = (getattr(event, "topic", ""), getattr(event, "partition", 0), getattr(event, "offset", 0))
        return event.tenant in tenants or any(place in (each, *self._sent_home(each)) for each in self.sent)

    def _is_done(self, place: Place) -> bool:
        return not {place, *self._sent_home(place)}.isdisjoint(self._outcomes())

    def _sent_home(self, place: Place) -> list[Place]:
        """Where a record without a key, or on a foreign partition, was sent on to."""
        event_id = derive_id(*place)
        return [each for each, record in self.records.items() if record.header("ce_id") == event_id]

    def _outcomes(self) -> set[Place]:
        found: set[Place] = set()
        answered = {event.query_id for event in self._all(ANSWERS)}
        for event in self._all(INDEX_LOG):
            found.add((event.origin.topic, event.origin.partition, event.origin.offset))
        for event in self._all(DEAD_LETTERS):
            found.add((event.topic, event.partition, event.offset))
        for event in self._all(QUERIES):
            if event.query_id in answered:
                found.add((event.read_from.topic, event.read_from.partition, event.read_from.offset))
        return found

    def _all(self, row: Any) -> list[Any]:
        wire = self.names.wire(row)
        decoded = [decode(record, row) for (name, *_), record in self.records.items() if name == wire]
        return [each for each in decoded if not isinstance(each, Malformed)]

    async def follow(self, consumer: AIOKafkaConsumer) -> None:
        async for message in consumer:
            at = datetime.fromtimestamp(message.timestamp / 1000, UTC)
            place = (message.topic, message.partition, message.offset)
            async with self.arrived:
                self.records[place] = Record(*place, message.key, message.value, message.headers, at)
                self.arrived.notify_all()


@pytest.fixture
async def world(live_workers: Settings) -> AsyncIterator[LiveWorld]:
    names, bootstrap = TopicNames(live_workers.namespace), live_workers.kafka.bootstrap
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, fetch_max_wait_ms=100)
    rows = (*TOPICS,)
    async with KafkaOutbox(bootstrap, "stories") as outbox:
        await consumer.start()
        consumer.assign([TopicPartition(names.wire(row), part) for row in rows for part in range(row.partitions)])
        await consumer.seek_to_end()
        world = LiveWorld(outbox, names)
        following = asyncio.ensure_future(world.follow(consumer))
        yield world
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await consumer.stop()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_story(story: Callable[[World], Awaitable[None]], world: LiveWorld) -> None:
    await story(world)


async def test_a_producers_trace_goes_through_every_hop_to_the_answer(world: LiveWorld) -> None:
    """FAILURES 73: one trace id from the document to the index, and one from the question to its answer."""
    traces = {"documents": "0af7651916cd43dd8448eb211c80319c", "queries": "4bf92f3577b34da6a3ce929d0e0e4736"}
    document = json.dumps({"doc_id": "ferry", "tenant": world.tenant, "text": FERRY}).encode()
    await world.produce("documents", b"ferry", document, {"traceparent": parent_of(traces["documents"])})
    await world.settle()
    query_id = f"{world.tenant}-traced"
    question = json.dumps({"query_id": query_id, "tenant": world.tenant, "text": "When does the ferry leave?"}).encode()
    await world.produce("queries", query_id.encode(), question, {"traceparent": parent_of(traces["queries"])})
    await world.settle()
    for topic, key in ((CHUNKS, b"ferry"), (INDEX_LOG, b"ferry"), (ANSWERS, query_id.encode())):
        expected = traces["queries" if topic is ANSWERS else "documents"]
        mine = [
            each for (name, *_), each in world.records.items() if name == world.names.wire(topic) and each.key == key
        ]
        assert [str(each.header("traceparent")).split("-")[1] for each in mine][-1] == expected
    [answer] = [each for each in await world.events("answers") if each.query_id == query_id]
    assert answer.provenance.trace_id == traces["queries"]


def parent_of(trace_id: str) -> bytes:
    return f"00-{trace_id}-b7ad6b7169203331-01".encode()
