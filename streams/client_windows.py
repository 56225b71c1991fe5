"""Single records in, groups of them out that are sent at once: few round trips, bounded memory, no long wait."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Final, TypeVar

from streams.records import Outgoing
from streams.topic import MIB

E = TypeVar("E")

MOST_RECORDS: Final = 100
MOST_BYTES: Final = 8 * MIB
LINGER_S: Final = 0.05
"""How long a record waits for company while its source is silent."""


async def each(source: AsyncIterable[E] | Iterable[E]) -> AsyncIterator[E]:
    """The items of either kind of iterable."""
    if isinstance(source, AsyncIterable):
        async for item in source:
            yield item
    else:
        for item in source:
            yield item


async def windows(source: AsyncIterator[tuple[E, Outgoing]]) -> AsyncIterator[list[tuple[E, Outgoing]]]:
    """Groups in order. A group ends when it is full, or when the source gives nothing for `LINGER_S`."""
    window: list[tuple[E, Outgoing]] = []
    size = 0
    upcoming = asyncio.ensure_future(anext(source))
    try:
        while True:
            done, _ = await asyncio.wait({upcoming}, timeout=LINGER_S if window else None)
            if done:
                try:
                    item = upcoming.result()
                except StopAsyncIteration:
                    break
                except BaseException:
                    if window:
                        yield window
                    raise
                upcoming = asyncio.ensure_future(anext(source))
                window.append(item)
                size += len(item[1].value or b"")
            if not done or len(window) >= MOST_RECORDS or size >= MOST_BYTES:
                yield window
                window, size = [], 0
    finally:
        upcoming.cancel()
    if window:
        yield window
