"""What a span is about in, its id out: a record that is worked on again gets the spans that it had before.

Kafka delivers at least once. With ids by chance, a worker that is killed leaves steps in its trace whose parent never
ends, and the record's next try shows every hop a second time. Derived ids make both tries one span, of which a tracing
back end keeps the later. See docs/adr/0021-traces.md.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b

from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

_wanted: ContextVar[tuple[int | None, int] | None] = ContextVar("wanted span ids", default=None)
_siblings: ContextVar[Counter[str] | None] = ContextVar("spans within the current one", default=None)


class DerivedIds(RandomIdGenerator):
    """An OpenTelemetry `IdGenerator` that heeds `deriving`, and else draws."""

    def generate_trace_id(self) -> int:
        """16 bytes, never zero."""
        wanted = _wanted.get()
        return super().generate_trace_id() if wanted is None or wanted[0] is None else wanted[0]

    def generate_span_id(self) -> int:
        """8 bytes, never zero."""
        wanted = _wanted.get()
        return super().generate_span_id() if wanted is None else wanted[1]


@contextmanager
def deriving(span: str, *, trace: str | None = None) -> Iterator[None]:
    """Spans that are started in the block have an id that is made of `span`; a root's trace id is made of `trace`."""
    token = _wanted.set((None if trace is None else _number(trace, 16), _number(span, 8)))
    try:
        yield
    finally:
        _wanted.reset(token)


@contextmanager
def numbering() -> Iterator[None]:
    """Spans within the one that is current from here on are numbered anew."""
    token = _siblings.set(Counter())
    try:
        yield
    finally:
        _siblings.reset(token)


def number_of(name: str) -> int | None:
    """Which of the spans of this name within the current one the next is, from 0; None where nobody counts."""
    siblings = _siblings.get()
    if siblings is None:
        return None
    siblings[name] += 1
    return siblings[name] - 1


def _number(about: str, size: int) -> int:
    return int.from_bytes(blake2b(about.encode("utf-8", "replace"), digest_size=size).digest(), "big") or 1
