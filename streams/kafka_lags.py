"""Kafka in, how far each role is behind out: the port `LagReader`, with connections that are kept between samples.

Offsets alone do not say that a record waits: a transaction's end, and what compaction took away, are offsets without a
record. So the oldest record behind each position is read, which tells its age as well. A fetch is bounded to one batch
a partition, because only a timestamp is wanted of it.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from agents.ports import PartitionLag
from schemas.failures import TransientError
from streams.kafka_admin import admin_client, committed_offsets
from streams.records import instant
from streams.standstill import Standstill
from streams.topic import Topic
from streams.topics import TopicNames

LIMIT_S: Final = 5.0
"""For all of a sample."""
READ_S: Final = 1.0
"""For reading the oldest records; those that have not come by then are of unknown age."""
POLL_MS: Final = 100

Waiting: TypeAlias = tuple[TopicPartition, int]
"""A partition and the first offset that was not taken in."""


@dataclass
class _Connections:
    admin: AIOKafkaAdminClient
    consumer: AIOKafkaConsumer
    stack: AsyncExitStack


class KafkaLags:
    """Reads what the groups of the roles have committed, and what lies behind that."""

    def __init__(
        self,
        bootstrap: str,
        names: TopicNames,
        sources: Mapping[str, Sequence[Topic]],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """`sources` gives the topics of each role; `now_s` is a monotonic clock."""
        self._bootstrap = bootstrap
        self._names = names
        self._sources = sources
        self._now_s = now_s
        self._connections: _Connections | None = None
        self._still: Standstill[tuple[str, TopicPartition]] = Standstill()
        self._ages: dict[Waiting, datetime] = {}
        topics = dict.fromkeys(topic for each in sources.values() for topic in each)
        self._partitions = {topic: self._partitions_of(topic) for topic in topics}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._disconnect()

    async def lags(self) -> Mapping[str, Sequence[PartitionLag]]:
        """Connects anew after a failure. Raises `TransientError` when Kafka does not say in time."""
        try:
            async with asyncio.timeout(LIMIT_S):
                return await self._lags(await self._connected())
        except (KafkaError, OSError, TimeoutError, TransientError) as error:
            await self._disconnect()
            raise TransientError(f"Kafka does not say how far the roles are: {type(error).__name__}") from error

    async def _lags(self, kafka: _Connections) -> Mapping[str, Sequence[PartitionLag]]:
        everything = [each for partitions in self._partitions.values() for each in partitions]
        begins = await kafka.consumer.beginning_offsets(everything)
        ends = await kafka.consumer.end_offsets(everything)
        waiting: dict[tuple[str, TopicPartition], int] = {}
        for role, topics in self._sources.items():
            committed = await committed_offsets(kafka.admin, self._names.group(role))
            for each in (partition for topic in topics for partition in self._partitions[topic]):
                start = max(committed.get(each, 0), begins[each])
                if start < ends[each]:
                    waiting[role, each] = start
        empty = await self._read_ages(kafka.consumer, {(key[1], start) for key, start in waiting.items()}, ends)
        waiting = {key: start for key, start in waiting.items() if (key[1], start) not in empty}
        still = self._still.observe(waiting, self._now_s())
        found: dict[str, list[PartitionLag]] = {role: [] for role in self._sources}
        for (role, each), start in waiting.items():
            topic = self._names.topic(each.topic).name
            age = self._ages.get((each, start))
            found[role].append(PartitionLag(topic, each.partition, ends[each] - start, age, still[role, each]))
        return found

    async def _read_ages(
        self, consumer: AIOKafkaConsumer, wanted: set[Waiting], ends: Mapping[TopicPartition, int]
    ) -> set[Waiting]:
        """Take the times of the records at these places in; gives the places that have no record up to their end."""
        self._ages = {place: age for place, age in self._ages.items() if place in wanted}
        unread, empty = wanted - self._ages.keys(), set[Waiting]()
        deadline = asyncio.get_running_loop().time() + READ_S
        while unread and asyncio.get_running_loop().time() < deadline:
            at_once = dict(unread)  # one place of each partition
            for partition, offset in at_once.items():
                consumer.seek(partition, offset)
            consumer.resume(*at_once)
            read = await self._oldest(consumer, at_once, ends, deadline)
            consumer.pause(*at_once)
            for partition, age in read.items():
                place = partition, at_once[partition]
                unread.discard(place)
                if age is None:
                    empty.add(place)
                else:
                    self._ages[place] = age
        return empty

    async def _oldest(
        self,
        consumer: AIOKafkaConsumer,
        starts: Mapping[TopicPartition, int],
        ends: Mapping[TopicPartition, int],
        deadline: float,
    ) -> dict[TopicPartition, datetime | None]:
        """Of each partition when its first record came; None where there is none up to its end."""
        read: dict[TopicPartition, datetime | None] = {}
        while len(read) < len(starts) and asyncio.get_running_loop().time() < deadline:
            missing = [each for each in starts if each not in read]
            batches: Mapping[TopicPartition, Sequence[Any]] = await consumer.getmany(
                *missing, timeout_ms=POLL_MS, max_records=len(missing)
            )
            for partition, records in batches.items():
                read[partition] = instant(records[0].timestamp)
                consumer.pause(partition)
            for partition in missing:
                if partition not in read and await consumer.position(partition) >= ends[partition]:
                    read[partition] = None
        return read

    async def _connected(self) -> _Connections:
        if self._connections is None:
            async with AsyncExitStack() as stack:
                admin = await stack.enter_async_context(admin_client(self._bootstrap))
                consumer = AIOKafkaConsumer(
                    bootstrap_servers=self._bootstrap,
                    enable_auto_commit=False,
                    auto_offset_reset="earliest",
                    max_partition_fetch_bytes=1,  # the first batch comes whole even so
                    fetch_max_wait_ms=POLL_MS,
                )
                stack.push_async_callback(consumer.stop)
                await consumer.start()
                everything = [each for partitions in self._partitions.values() for each in partitions]
                consumer.assign(everything)
                consumer.pause(*everything)
                self._connections = _Connections(admin, consumer, stack.pop_all())
        return self._connections

    async def _disconnect(self) -> None:
        if self._connections is not None:
            connections, self._connections = self._connections, None
            await connections.stack.aclose()

    def _partitions_of(self, topic: Topic) -> list[TopicPartition]:
        return [TopicPartition(self._names.wire(topic), number) for number in range(topic.partitions)]
