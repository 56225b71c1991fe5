"""Works that overlap in, an order for what they show to the world out: each learns when all before it are done."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from agents.shapes import Turn


async def at_once() -> None:
    """The turn of what has nothing before it."""


class Line:
    """A queue of works that have begun in order and may go on at once."""

    def __init__(self) -> None:
        self._last: asyncio.Event | None = None

    @contextmanager
    def place(self) -> Iterator[Turn]:
        """A place behind all that were taken before, and its turn.

        A work that ends by an error or a cancellation lets the next one go too: who gives one up gives all up.
        """
        before, self._last = self._last, asyncio.Event()
        mine = self._last
        try:
            yield at_once if before is None else _after(before)
        finally:
            mine.set()


def _after(event: asyncio.Event) -> Turn:
    async def turn() -> None:
        await event.wait()

    return turn
