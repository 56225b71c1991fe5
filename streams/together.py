"""Two calls in, both results out: how agents, which know no event loop, let one port work while they use another."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


async def at_once(first: Callable[[], Awaitable[A]], second: Callable[[], Awaitable[B]]) -> tuple[A, B]:
    """The port `Together`. The call that goes on when the other has failed is waited for: it may be writing."""
    one, other = await asyncio.gather(first(), second(), return_exceptions=True)
    if isinstance(one, BaseException):
        raise one
    if isinstance(other, BaseException):
        raise other
    return one, other
