"""The whole topology in one process with no server: the same stages, the same runner, topics as lists in memory.

Used by `ragstream demo --in-memory` and by the journeys in the tests. It keeps Kafka's rules that matter: records of a
partition in order, a keyed record on its key's home partition, a position that moves only after the runner returned.
What it lacks is durability and more than one process.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from schemas.event import Event
from streams.codec import Malformed, decode, encode
from streams.expiry import Expiry
from streams.partitioning import home_partition
from streams.records import Outgoing, Record
from streams.runner import Runner
from streams.stages import HandlerStage, Stage, StepStage
from streams.topics import TopicNames


@dataclass
class LocalBroker:
    """Topics in memory; satisfies the runner's `Outbox`."""

    clock: Callable[[], datetime]
    names: TopicNames = field(default_factory=TopicNames)
    logs: dict[tuple[str, int], list[Record]] = field(default_factory=lambda: defaultdict(list))
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    _round_robin: int = 0

    async def send(self, records: Sequence[Outgoing]) -> None:
        async with self.arrived:
            for record in records:
                self._append(record)
            self.arrived.notify_all()

    async def publish(self, event: Event, source: str = "local") -> None:
        await self.send([encode(event, self.names, source)])

    def _append(self, record: Outgoing) -> None:
        count = self.names.topic(record.topic).partitions
        partition = record.partition
        if partition is None and record.key is not None:
            partition = home_partition(record.key, count)
        if partition is None:
            self._round_robin += 1
            partition = self._round_robin % count
        log = self.logs[record.topic, partition]
        headers = tuple(record.headers.items())
        log.append(Record(record.topic, partition, len(log), record.key, record.value, headers, self.clock()))

    async def read(self, topic: str, partition: int, position: int, limit: int) -> Sequence[Record]:
        """At least one and at most `limit` records from `position` on; waits for the first."""
        log = self.logs[topic, partition]
        async with self.arrived:
            await self.arrived.wait_for(lambda: len(log) > position)
        return log[position : position + limit]

    def events(self, topic: str) -> list[Event]:
        """Every event of a topic so far, partition by partition; malformed ones left out."""
        row = self.names.topic(topic)
        found = [decode(record, row) for part in range(row.partitions) for record in self.logs[topic, part]]
        return [event for event in found if not isinstance(event, Malformed)]

    async def follow(self, topic: str) -> AsyncIterator[Event]:
        """Events of a topic that arrive from now on."""
        row = self.names.topic(topic)
        positions = [len(self.logs[topic, part]) for part in range(row.partitions)]
        while True:
            for part, position in enumerate(positions):
                for record in self.logs[topic, part][position:]:
                    positions[part] += 1
                    event = decode(record, row)
                    if not isinstance(event, Malformed):
                        yield event
            async with self.arrived:
                await self.arrived.wait_for(
                    lambda: any(len(self.logs[topic, part]) > at for part, at in enumerate(positions))
                )


@dataclass
class LocalStore:
    """State of steps in memory, by source partition and key; survives a restart of the driver, as a changelog would."""

    data: dict[tuple[str, int, bytes], bytes] = field(default_factory=dict)

    def read(self, record: Record, key: bytes) -> bytes | None:
        return self.data.get((record.topic, record.partition, key))

    async def write(self, record: Record, key: bytes, value: bytes | None) -> None:
        where = (record.topic, record.partition, key)
        if value is None:
            self.data.pop(where, None)
        else:
            self.data[where] = value


@dataclass
class LocalDriver:
    """Runs stages over a `LocalBroker` until cancelled; `committed` is what a restart goes on from."""

    broker: LocalBroker
    stages: Sequence[Stage]
    clock: Callable[[], datetime]
    store: LocalStore = field(default_factory=LocalStore)
    committed: dict[tuple[str, str, int], int] = field(default_factory=lambda: defaultdict(int))

    async def run(self) -> None:
        """Process everything that arrives. Raises what a stage could not survive (a blown fuse)."""
        async with asyncio.TaskGroup() as group:
            for stage in self.stages:
                runner = Runner(
                    stage, self.broker.names, self.broker, self.clock, stage.source.partitions, store=self.store
                )
                for partition in range(stage.source.partitions):
                    group.create_task(self._consume(runner, partition))

    async def _consume(self, runner: Runner, partition: int) -> None:
        stage = runner.stage
        topic = self.broker.names.wire(stage.source)
        limit = stage.concurrency if isinstance(stage, HandlerStage) else stage.max_batch
        position = (stage.name, topic, partition)
        while True:
            records = await self.broker.read(topic, partition, self.committed[position], limit)
            if isinstance(stage, HandlerStage):
                async with asyncio.TaskGroup() as group:
                    for record in records:
                        group.create_task(runner.process([record]))
            else:
                await runner.process(records)
            async with self.broker.arrived:
                self.committed[position] += len(records)
                self.broker.arrived.notify_all()

    async def expire(self) -> None:
        """Do at once what a timer does now and then: say what has had its time."""
        for stage in self.stages:
            if isinstance(stage, StepStage) and stage.due is not None:
                topic = self.broker.names.wire(stage.source)
                items = [(key, raw) for (source, _, key), raw in self.store.data.items() if source == topic]
                await Expiry(stage, partial(iter, items), self.broker.names, self.broker, self.clock).look()

    async def settle(self) -> None:
        """Wait until every stage has taken in all that there is."""
        async with self.broker.arrived:
            await self.broker.arrived.wait_for(lambda: not any(self._lag(stage) for stage in self.stages))

    def _lag(self, stage: Stage) -> int:
        topic = self.broker.names.wire(stage.source)
        return sum(
            len(self.broker.logs[topic, part]) - self.committed[stage.name, topic, part]
            for part in range(stage.source.partitions)
        )
