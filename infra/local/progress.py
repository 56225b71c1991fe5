"""A long wait in, a human sentence every other second out."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Final

Progress = Callable[[str], None]
"""Takes one sentence to show to the user."""

EVERY_S: Final = 2.0


@contextlib.asynccontextmanager
async def telling(progress: Progress, sentence: str, *, at_once: bool = True) -> AsyncIterator[None]:
    """Say `sentence` now, and again with the seconds passed every `EVERY_S` for as long as the block lasts.

    Without `at_once` a block that takes less than `EVERY_S` passes in silence.
    """
    started = time.monotonic()
    if at_once:
        progress(sentence)

    async def tell() -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            progress(f"{sentence} … {time.monotonic() - started:.0f} s")

    teller = asyncio.ensure_future(tell())
    try:
        yield
    finally:
        teller.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await teller
