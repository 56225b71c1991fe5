"""How far roles are behind, on a real Kafka."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from agents.ports import LagReader
from infra.settings import Settings
from schemas.failures import TransientError
from streams.kafka_admin import ensure_topics, planned_topics
from streams.kafka_lags import KafkaLags
from streams.kafka_outbox import KafkaOutbox
from streams.records import Outgoing
from streams.topics import ANSWERS, QUERIES, TopicNames
from tests.contracts.lag_reader_contract import LagReaderContract

pytestmark = pytest.mark.live
SOURCES = {"answer": (QUERIES,), "watch": (QUERIES, ANSWERS)}


@dataclass
class KafkaWorld:
    """A namespace of its own on a running Kafka."""

    bootstrap: str
    names: TopicNames
    outbox: KafkaOutbox
    reader: LagReader
    seconds: float = 0.0

    async def produce(self, partition: int, records: int) -> None:
        await self.outbox.send([Outgoing(self.names.wire(QUERIES), None, b"{}", partition=partition)] * records)

    async def take_in(self, role: str, partition: int, position: int) -> None:
        group = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, group_id=self.names.group(role), enable_auto_commit=False
        )
        await group.start()
        try:
            place = TopicPartition(self.names.wire(QUERIES), partition)
            group.assign([place])
            await group.commit({place: position})
        finally:
            await group.stop()


@pytest.fixture
async def world(live_stack: Settings) -> AsyncIterator[KafkaWorld]:
    bootstrap, names = str(live_stack.kafka.bootstrap), TopicNames(f"l{uuid4().hex[:10]}")
    await ensure_topics(bootstrap, planned_topics(names, ()), 1)
    async with KafkaOutbox(bootstrap, "lags") as outbox:
        made: KafkaWorld
        async with KafkaLags(bootstrap, names, SOURCES, lambda: made.seconds) as reader:
            made = KafkaWorld(bootstrap, names, outbox, reader)
            await made.take_in("answer", 0, 0)  # a new Kafka has nobody yet who knows of groups
            yield made


class TestKafkaLags(LagReaderContract):
    """Held to the port's contract."""


async def test_the_end_of_a_transaction_is_no_record_that_waits(world: KafkaWorld) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=world.bootstrap, transactional_id=f"t{uuid4().hex}")
    await producer.start()
    try:
        async with producer.transaction():
            await producer.send_and_wait(world.names.wire(QUERIES), b"{}", partition=0)
    finally:
        await producer.stop()
    await world.take_in("answer", 0, 1)
    found = await world.reader.lags()
    assert (found["answer"], [each.records for each in found["watch"]]) == ([], [2])


async def test_without_a_broker_it_says_so_in_time() -> None:
    async with KafkaLags("127.0.0.1:9", TopicNames(), SOURCES) as reader, asyncio.timeout(10):
        with pytest.raises(TransientError, match="does not say how far"):
            await reader.lags()
