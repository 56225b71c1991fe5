"""The three shapes of processor. Everything that ragstream does to an event has one of them.

A `Step` is pure and owns a small state. A `Handler` awaits the ports bound into it and keeps nothing, so many may
run at once. A `Batch` is a handler that sees events in order, a micro-batch at a time; it may begin before its turn.
A job that needs both state and I/O is two processors with an event between them.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias, TypeVar

from schemas.event import Event

S = TypeVar("S")
"""State of a step: a frozen pydantic model, small and JSON-simple."""
E = TypeVar("E")
"""Event, or union of events, that a processor reads."""

Step: TypeAlias = Callable[[S | None, E], tuple[S | None, Sequence[Event]]]
"""State (None at first, None to forget) and event in; new state and resulting events out. Pure and synchronous."""

Handler: TypeAlias = Callable[[E], Awaitable[Sequence[Event]]]
"""Event in, events out, through ports; stateless, may run concurrently."""

Turn: TypeAlias = Callable[[], Awaitable[None]]
"""Returns when every batch before this one is done. May be awaited again."""

Batch: TypeAlias = Callable[[Sequence[E], Turn], Awaitable[Sequence[Sequence[Event]]]]
"""Events in order, and the batch's turn, in; for each event its resulting events out. Repeating it must be harmless.

Before the turn has come nothing may be changed that anybody else sees: the batch before is still at its own changes."""
