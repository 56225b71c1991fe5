"""A call in, its result or its final error out: transient errors are waited out, however long it takes.

The waits are the "full jitter" of M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 (uniform
up to min(cap, base * 2**attempt)), here with a floor of a quarter so that a retry is never immediate.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from schemas.failures import TransientError

T = TypeVar("T")
log = structlog.get_logger()

TRANSIENT = (TransientError, TimeoutError, ConnectionError)
"""Errors that say nothing about the event and everything about the world's present state."""
LAST_WORD_S = 2.0
"""Longest that saying that a wait is over may take."""


@dataclass(frozen=True)
class Backoff:
    """Waiting times in seconds; `sleep` is a parameter so that tests need not wait."""

    base_s: float = 0.2
    cap_s: float = 4.0
    """Whoever is told when a wait ended is told it right to within a few seconds."""
    alert_after: int = 5
    """Failed tries after which somebody is told,"""
    alert_after_s: float = 10.0
    """or seconds: a client may take long to fail."""
    say_again_after_s: float = 15.0
    """While it goes on, it is said again about so often."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def ceiling(self, attempt: int) -> float:
        """Longest wait after try number `attempt` (from 1), in seconds."""
        return min(self.cap_s, self.base_s * 2.0 ** min(attempt - 1, 30))

    def worth_telling(self, attempt: int, waited_s: float) -> bool:
        """Whether patience has run out."""
        return attempt >= self.alert_after or waited_s >= self.alert_after_s

    async def wait(self, attempt: int) -> None:
        ceiling = self.ceiling(attempt)
        await self.sleep(random.uniform(ceiling / 4, ceiling))  # noqa: S311 - spreads load, guards nothing


@dataclass(frozen=True)
class Tried(Generic[T]):
    """What came of a call: after `attempts` tries either a `result` or an `error`."""

    attempts: int
    result: T | None = None
    error: Exception | None = None


async def persist(
    call: Callable[[], Awaitable[T]],
    backoff: Backoff,
    *,
    on_wait: Callable[[Exception, float], Awaitable[None]],
    on_move: Callable[[], Awaitable[None]],
    worded: Callable[[str], str | None] = str,
) -> Tried[T]:
    """Call until it succeeds or fails for good. Cancellation passes through.

    `worded` gives what may be logged of an error's text.

    `on_wait` is called with the seconds waited when patience runs out, and now and then after that; then `on_move` when
    the wait ends, however it ends.
    """
    now = asyncio.get_running_loop().time
    attempt, began = 0, now()
    told: float | None = None
    try:
        while True:
            attempt += 1
            try:
                return Tried(attempt, await call())
            except TRANSIENT as error:
                log.warning("waiting", attempt=attempt, error=type(error).__name__, reason=_reason(error, worded))
                waited_s = now() - began
                if backoff.worth_telling(attempt, waited_s) and (
                    told is None or waited_s - told >= backoff.say_again_after_s
                ):
                    told = waited_s
                    await on_wait(error, waited_s)
                await backoff.wait(attempt)
            except Exception as error:  # noqa: BLE001 - the runner is where every exception ends
                return Tried(attempt, error=error)
    finally:
        if told is not None:
            # Whoever cancelled us waits for this, and Kafka may be what is away.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(on_move(), LAST_WORD_S)


def _reason(error: TransientError | OSError, worded: Callable[[str], str | None]) -> str | None:
    """What we said ourselves, or the system did: another library's error may quote what was being worked on."""
    return worded(str(error)) if isinstance(error, TransientError) else error.strerror
