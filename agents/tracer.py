"""What agents tell about their work while they do it: spans and what is noted on them. `UNTRACED` tells nobody.

Names are those of `schemas/signals.py`. An agent notes what it was given and what came of it; what becomes of that, and
whether texts are kept at all, is the adapter's affair.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Protocol, TypeAlias

Noted: TypeAlias = bool | int | float | str | Sequence[str] | Sequence[float] | None
"""A value of an attribute; None is left out."""


class Span(Protocol):
    """A piece of work that is going on."""

    def note(self, attributes: Mapping[str, Noted]) -> None:
        """Add attributes, in place of those of the same name."""
        ...

    def text(self, name: str, text: str) -> None:
        """Add a text: dropped unless texts are asked for, else redacted and cut."""
        ...

    def messages(self, name: str, messages: Sequence[tuple[str, str]], **rest: str) -> None:
        """Add role and text of a chat's messages, with `rest` in each: dropped unless texts are asked for.

        Else they are JSON as GenAI's conventions have it, with every text redacted and cut.
        """
        ...


class Tracer(Protocol):
    """Measures pieces of work within one another."""

    def span(
        self, name: str, attributes: Mapping[str, Noted] | None = None, *, remote: bool = False
    ) -> AbstractContextManager[Span]:
        """The block as a span within the one that is current; an exception marks it and goes on.

        `remote` says that another process does the work. Never held open over a `yield` of a generator.
        """
        ...

    def link(self, traceparent: str) -> None:
        """Tie the current span to another trace's, given as W3C Trace Context writes it; empty ties nothing."""
        ...

    def here(self) -> str:
        """The current span as W3C Trace Context writes it; empty where there is none."""
        ...


class _Nothing:
    """A span that keeps nothing."""

    def note(self, attributes: Mapping[str, Noted]) -> None:
        """Forget it."""

    def text(self, name: str, text: str) -> None:
        """Forget it."""

    def messages(self, name: str, messages: Sequence[tuple[str, str]], **rest: str) -> None:
        """Forget them."""


class _Untraced:
    @contextmanager
    def span(self, name: str, attributes: Mapping[str, Noted] | None = None, *, remote: bool = False) -> Iterator[Span]:
        del name, attributes, remote
        yield _NOTHING

    def link(self, traceparent: str) -> None:
        """Nothing to tie."""

    def here(self) -> str:
        return ""


_NOTHING: Final = _Nothing()
UNTRACED: Final[Tracer] = _Untraced()
"""For those who do not want to know."""
