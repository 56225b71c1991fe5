"""States of a step in, events for those whose time is over out: a timer, so that no step has to read a clock.

The events go onto the topics like any other, and it is the step that forgets. One that is sent again before the step
came to it finds nothing left to forget.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import structlog

from agents.ports import Clock
from schemas.event import Event
from streams.codec import encode
from streams.records import Outbox
from streams.stages import StepStage
from streams.state import Stored
from streams.topics import TopicNames

REST: Final = 20.0
"""Least time between two looks, as a multiple of what the last one took: looking takes a twentieth of the time."""
AT_ONCE: Final = 100
"""States that are looked at before others have their turn on the event loop."""
log = structlog.get_logger()


@dataclass
class Expiry:
    """The timer of one stage. `items` gives keys and stored states, of the partitions that are ours at the time."""

    stage: StepStage
    items: Callable[[], Iterable[tuple[bytes, bytes]]]
    names: TopicNames
    outbox: Outbox
    clock: Clock

    async def run(self) -> None:
        """Look now and then until cancelled. A look that fails is for the next one to make good."""
        now = asyncio.get_running_loop().time
        rest = self.stage.due_every_s
        while True:
            await asyncio.sleep(rest)
            began = now()
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - Kafka is away, or partitions went while we looked
                log.warning("expiry-failed", stage=self.stage.name, error=type(error).__name__)
            rest = max(self.stage.due_every_s, REST * (now() - began))

    async def look(self) -> int:
        """Send what is due; gives the number of events. Raises what the outbox raises."""
        sent = 0
        items = iter(self.items())
        while group := list(islice(items, AT_ONCE)):
            events = [event for item in group for event in self._due(*item)]
            if events:
                await self.outbox.send([encode(each, self.names, f"ragstream/{self.stage.role}") for each in events])
            sent += len(events)
            await asyncio.sleep(0)
        return sent

    def _due(self, key: bytes, raw: bytes) -> Iterator[Event]:
        kept: Any = Stored[self.stage.state]  # type: ignore[name-defined]
        if self.stage.due is not None:
            yield from self.stage.due(key.decode(), kept.model_validate_json(raw).state, self.clock())
