"""Topics from now on in, their events handed on: a reader in the background, for as long as its client lives."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from schemas.event import Event
from schemas.failures import TransientError
from streams.client_reader import TopicReader
from streams.codec import Malformed, decode
from streams.topic import Topic
from streams.topics import TopicNames

log = structlog.get_logger()


@dataclass
class Following:
    """Reads some topics once somebody needs them."""

    bootstrap: str
    names: TopicNames
    topics: Sequence[Topic]
    take: Callable[[Event], None]
    """Called with each event."""
    ended: Callable[[BaseException], None]
    """Called when nothing can arrive any more, with the reason."""
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _reading: "asyncio.Future[None] | None" = None

    async def start(self) -> None:
        """Begin to read, unless it runs; on return it will see all that is sent from now on."""
        async with self._opening:
            if self._reading is not None and not self._reading.done():
                return
            reader = TopicReader.of(self.bootstrap, self.names, self.topics)
            await reader.__aenter__()
            try:
                reader.seek(await reader.ends())
            except BaseException:
                await reader.__aexit__(None, None, None)
                raise
            self._reading = asyncio.ensure_future(self._hand_out(reader))
            self._reading.add_done_callback(self._reader_ended)
            await asyncio.sleep(0)  # one that is cancelled before its first step never closes its reader

    async def stop(self) -> None:
        """Read no more."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})

    async def _hand_out(self, reader: TopicReader) -> None:
        try:
            async for event in events_of(reader, self.names):
                self.take(event)
        finally:
            await reader.__aexit__(None, None, None)

    def _reader_ended(self, reading: "asyncio.Future[None]") -> None:
        error = None if reading.cancelled() else reading.exception()
        self.ended(error or TransientError("the client was closed before the answer came"))


async def events_of(reader: TopicReader, names: TopicNames) -> AsyncIterator[Event]:
    """The events that a reader reads; what is none is left out, with a warning."""
    async for record in reader.records():
        event = decode(record, names.topic(record.topic))
        if isinstance(event, Malformed):
            log.warning("no event", topic=record.topic, partition=record.partition, offset=record.offset)
        else:
            yield event
