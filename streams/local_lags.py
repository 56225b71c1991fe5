"""A driver in memory in, how far each role is behind out: the port `LagReader`."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from agents.ports import PartitionLag
from streams.local_driver import LocalBroker, LocalDriver
from streams.standstill import Standstill


@dataclass
class LocalLags:
    """Follows a driver, which needs its stages, and so this reader, before it can be made."""

    broker: LocalBroker
    now_s: Callable[[], float] = time.monotonic
    driver: LocalDriver | None = None
    _still: Standstill[tuple[str, str, int]] = field(default_factory=Standstill)

    async def lags(self) -> Mapping[str, Sequence[PartitionLag]]:
        """Nothing lags where no driver runs."""
        stages = self.driver.stages if self.driver else ()
        committed = self.driver.committed if self.driver else {}
        waiting: dict[tuple[str, str, int], int] = {}
        for stage in stages:
            topic = self.broker.names.wire(stage.source)
            for number in range(stage.source.partitions):
                start = committed.get((stage.name, topic, number), 0)
                if start < len(self.broker.logs[topic, number]):
                    waiting[stage.role, topic, number] = start
        still = self._still.observe(waiting, self.now_s())
        found: dict[str, list[PartitionLag]] = {stage.role: [] for stage in stages}
        for (role, topic, number), start in waiting.items():
            log = self.broker.logs[topic, number]
            name, age = self.broker.names.topic(topic).name, log[start].timestamp
            found[role].append(PartitionLag(name, number, len(log) - start, age, still[role, topic, number]))
        return found
