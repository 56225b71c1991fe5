"""A started process and a probe in, a ready server out, or its own last words."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from infra.local.process import ManagedProcess
from infra.local.progress import Progress, telling
from schemas.failures import ConfigurationError

PROBE_EVERY_S: Final = 0.1
Probe = Callable[[], Awaitable[bool]]
"""Asks the server whether it serves; False, never an exception, while it doesn't."""


async def ready(process: ManagedProcess, probe: Probe, title: str, progress: Progress, *, limit_s: float) -> None:
    """Wait until `probe` says yes; of one that serves already nothing is said.

    Raises ConfigurationError with the last lines of the log when the process died or isn't ready after `limit_s`
    seconds.
    """
    if process.running() and await probe():
        return
    deadline = time.monotonic() + limit_s
    async with telling(progress, f"Starting {title}"):
        while True:
            if not process.running():
                raise ConfigurationError(process.last_words("stopped while it was starting", title))
            if await probe():
                return
            if time.monotonic() > deadline:
                raise ConfigurationError(process.last_words(f"was not ready after {limit_s:.0f} s", title))
            await asyncio.sleep(PROBE_EVERY_S)
