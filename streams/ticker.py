"""Time in, `Ticked` out: the beat on which the watch role takes its samples.

The time is cut into slots, and a tick's id and time are its slot's. So the ticks of several workers for one slot are
one event, told more than once; and of several workers only the one ticks that has the topic's partition.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from agents.ports import Clock
from schemas.event import derive_id
from schemas.monitors import Ticked
from streams.codec import encode
from streams.records import Outbox
from streams.roles import WATCH
from streams.topics import TopicNames

log = structlog.get_logger()


@dataclass(frozen=True)
class Ticker:
    """The timer of one worker. `ours` says whether it is this worker that reads the ticks."""

    names: TopicNames
    outbox: Outbox
    clock: Clock
    ours: Callable[[], bool]
    every_s: float

    async def run(self) -> None:
        """Tick at the beginning of every slot until cancelled. A tick that cannot be sent is missed, and logged."""
        while True:
            await asyncio.sleep(self.every_s - self.clock().timestamp() % self.every_s)
            if self.ours():
                try:
                    await self.tick()
                except Exception as error:  # noqa: BLE001 - Kafka is away; the next tick tells it all
                    log.warning("tick-failed", error=type(error).__name__)

    async def tick(self) -> None:
        """Send the current slot's. Raises what the outbox raises."""
        await self.outbox.send([encode(tick_at(self.clock(), self.every_s), self.names, f"ragstream/{WATCH}")])


def tick_at(now: datetime, every_s: float) -> Ticked:
    """The tick of the slot that `now` is in."""
    number = int(now.timestamp() // every_s)
    at = datetime.fromtimestamp(number * every_s, UTC)
    return Ticked(event_id=derive_id("tick", f"{every_s:g}", number), at=at)
