"""A started process and a probe in, a ready server out, or its own last words."""

import asyncio
import contextlib
import http.client
import time
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from infra.local.process import ManagedProcess
from infra.local.progress import Progress, telling
from schemas.failures import ConfigurationError

PROBE_EVERY_S: Final = 0.1
PROBE_LIMIT_S: Final = 3.0
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


async def answers_ok(url: str) -> bool:
    """Whether a server answers a GET of `url` with 200."""
    return await asyncio.to_thread(_is_ok, url)


def _is_ok(url: str) -> bool:
    # Not urllib: it would send a request for 127.0.0.1 to the proxy that the environment names.
    address = urlsplit(url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    try:
        with contextlib.closing(kind(address.hostname or "", address.port, timeout=PROBE_LIMIT_S)) as connection:
            connection.request("GET", address.path)
            return connection.getresponse().status == http.client.OK
    except (OSError, ValueError, http.client.HTTPException):
        return False
