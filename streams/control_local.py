"""The control topics of a `LocalBroker` in, their events applied: what the control reader does on Kafka."""

import asyncio
from dataclasses import dataclass, field

from streams.control_events import ControlEvents
from streams.local_driver import LocalBroker
from streams.topic import Topic

MOST_AT_ONCE = 100


@dataclass
class LocalControl:
    """Keeps `events` up with a broker in memory."""

    events: ControlEvents
    broker: LocalBroker
    _positions: dict[tuple[str, int], int] = field(default_factory=dict)

    async def run(self) -> None:
        """Apply everything that is published, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for topic in self.events.topics:
                for partition in range(topic.partitions):
                    group.create_task(self._follow(topic, partition))

    async def settle(self) -> None:
        """Returns once all that is published up to now is in force; `run` must be running."""
        async with self.broker.arrived:
            await self.broker.arrived.wait_for(lambda: not any(self._behind(topic) for topic in self.events.topics))

    async def _follow(self, topic: Topic, partition: int) -> None:
        wire = self.broker.names.wire(topic)
        while True:
            position = self._positions.get((wire, partition), 0)
            for record in await self.broker.read(wire, partition, position, MOST_AT_ONCE):
                await self.events.take(record)
                position += 1
            async with self.broker.arrived:
                self._positions[wire, partition] = position
                self.broker.arrived.notify_all()

    def _behind(self, topic: Topic) -> int:
        wire = self.broker.names.wire(topic)
        return sum(
            len(self.broker.logs[wire, part]) - self._positions.get((wire, part), 0) for part in range(topic.partitions)
        )
