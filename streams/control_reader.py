"""The control topics on Kafka in, their events applied: from the beginning to now, then as they come, in no group.

Every worker reads all of it, so a label or a policy is in force everywhere a moment after it was published. While Kafka
is away what was read last stays in force, and reading goes on where it stopped.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import structlog
from aiokafka import TopicPartition

from schemas.failures import ConfigurationError
from streams.client_reader import Positions, TopicReader
from streams.control_events import ControlEvents
from streams.records import Record
from streams.retry import TRANSIENT, Backoff

log = structlog.get_logger()


class Reader(Protocol):
    """What is needed of a `TopicReader`."""

    async def beginnings(self) -> Positions: ...
    async def ends(self) -> Positions: ...
    def seek(self, positions: Positions) -> None: ...
    def records(self) -> AsyncIterator[Record]: ...
    def records_until(self, ends: Positions) -> AsyncIterator[Record]: ...


class ControlReader:
    """Keeps `events` up with the control topics until it is cancelled."""

    def __init__(
        self,
        events: ControlEvents,
        open_reader: Callable[[], AbstractAsyncContextManager[Reader]],
        backoff: Backoff | None = None,
    ) -> None:
        self._events = events
        self._open = open_reader
        self._backoff = backoff or Backoff(cap_s=5.0)
        self._positions: dict[TopicPartition, int] = {}
        self._failed = 0
        self._caught_up = asyncio.Event()

    @classmethod
    def on_kafka(cls, bootstrap: str, events: ControlEvents) -> "ControlReader":
        """A reader of the topics that `events` has keepers for."""
        return cls(events, lambda: TopicReader.of(bootstrap, events.names, events.topics))

    async def run(self) -> None:
        """Read and apply for good. An outage is waited out, however long it takes."""
        if not self._events.topics:
            self._caught_up.set()
            return
        while True:
            try:
                await self._follow()
            except (*TRANSIENT, ConfigurationError) as error:
                self._failed += 1
                log.warning("control topics away", attempt=self._failed, reason=str(error)[:300])
                await self._backoff.wait(self._failed)

    async def caught_up(self) -> None:
        """Returns once all that had been published when reading began is in force."""
        await self._caught_up.wait()

    async def _follow(self) -> None:
        async with self._open() as reader:
            reader.seek({**await reader.beginnings(), **self._positions})
            if not self._caught_up.is_set():
                async for record in reader.records_until(await reader.ends()):
                    await self._take(record)
                log.info("control topics read", topics=[topic.name for topic in self._events.topics])
                self._caught_up.set()
            async for record in reader.records():
                await self._take(record)

    async def _take(self, record: Record) -> None:
        applied = await self._events.take(record)
        if applied and self._caught_up.is_set():
            key = (record.key or b"").decode("utf-8", "replace")
            log.info("control record applied", topic=record.topic, offset=record.offset, key=key)
        # Applied before noted: after a failure in between it is applied again, which changes nothing.
        self._positions[TopicPartition(record.topic, record.partition)] = record.offset + 1
        self._failed = 0


@asynccontextmanager
async def following(reader: ControlReader) -> AsyncIterator[None]:
    """Run a reader beside the body, which begins when it has caught up.

    What ends the reader ends the body, as in a task group; what the body raises comes out in an exception group.
    """
    async with asyncio.TaskGroup() as group:
        running = group.create_task(reader.run())
        await reader.caught_up()
        yield
        running.cancel()


async def read_to_end(bootstrap: str, events: ControlEvents) -> None:
    """Apply all that is published up to now, once. Raises what `TopicReader` raises."""
    async with TopicReader.of(bootstrap, events.names, events.topics) as reader:
        ends = await reader.ends()
        reader.seek(await reader.beginnings())
        async for record in reader.records_until(ends):
            await events.take(record)
