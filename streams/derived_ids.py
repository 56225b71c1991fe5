"""What a span is about in, its id out: a record that is worked on again gets the spans that it had before.

Kafka delivers at least once. With ids by chance, a worker that is killed leaves steps in its trace whose parent never
ends, and the record's next try shows every hop a second time. Derived ids make both tries one span, of which a tracing
back end keeps the later. See docs/adr/0021-traces.md.
"""

from collections.abc import Callable
from contextvars import ContextVar, Token
from hashlib import blake2b
from typing import TypeVar

from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

S = TypeVar("S")
_wanted: ContextVar[tuple[int | None, int] | None] = ContextVar("wanted span ids", default=None)
_siblings: ContextVar[dict[str, int] | None] = ContextVar("spans within the current one", default=None)


class DerivedIds(RandomIdGenerator):
    """An OpenTelemetry `IdGenerator` that heeds `started`, and else draws."""

    def generate_trace_id(self) -> int:
        """16 bytes, never zero."""
        wanted = _wanted.get()
        return super().generate_trace_id() if wanted is None or wanted[0] is None else wanted[0]

    def generate_span_id(self) -> int:
        """8 bytes, never zero."""
        wanted = _wanted.get()
        return super().generate_span_id() if wanted is None else wanted[1]


def started(start: Callable[[], S], about: str, *, trace: str | None = None) -> S:
    """What `start` gives; a span that it starts has an id made of `about`, and as a root a trace id made of `trace`."""
    token = _wanted.set((None if trace is None else _number(trace, 16), _number(about, 8)))
    try:
        return start()
    finally:
        _wanted.reset(token)


def numbered() -> Token[dict[str, int] | None]:
    """Number spans within the one that is current from here on anew, until `unnumbered` is given the token."""
    return _siblings.set({})


def unnumbered(token: Token[dict[str, int] | None]) -> None:
    """Go on with the numbers of the span around."""
    _siblings.reset(token)


def number_of(name: str) -> int | None:
    """Which of the spans of this name within the current one the next is, from 0; None where nobody counts."""
    siblings = _siblings.get()
    if siblings is None:
        return None
    number = siblings.get(name, 0)
    siblings[name] = number + 1
    return number


def _number(about: str, size: int) -> int:
    return int.from_bytes(blake2b(about.encode("utf-8", "replace"), digest_size=size).digest(), "big") or 1
