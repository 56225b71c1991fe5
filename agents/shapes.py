"""The three shapes of processor. Everything that ragstream does to an event has one of them.

A `Step` is pure and owns a small state. A `Handler` awaits the ports bound into it and keeps nothing, so many may
run at once. A `Batch` is a handler that sees events in order, a micro-batch at a time. A job that needs both state
and I/O is two processors with an event between them.
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

Batch: TypeAlias = Callable[[Sequence[E]], Awaitable[Sequence[Sequence[Event]]]]
"""Events in order in; for each of them its resulting events out. Repeating a batch must be harmless."""
