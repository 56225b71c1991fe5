"""The port `Tracer` in, OpenTelemetry spans out. Texts are dropped, or redacted and cut where they are asked for.

A question has a dozen spans and a document half as many, so what opens one is a class and no stack of generators.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Final, Self

from opentelemetry import trace
from opentelemetry.context import attach, detach
from opentelemetry.trace import Span, SpanKind

from agents.tracer import Noted
from streams.derived_ids import number_of, numbered, started, unnumbered
from streams.tracing import context_of, failed, inject, tracer

MAX_TEXT: Final = 2_000
"""Characters of a text on a span."""


def told(attributes: Mapping[str, Noted]) -> dict[str, str | bool | int | float | Sequence[str] | Sequence[float]]:
    """What a span takes of these. All else is left out quietly: the SDK would say so in the log, each time."""
    return {name: value for name, value in attributes.items() if value is not None and _fits(value)}


def _fits(value: Noted) -> bool:
    if isinstance(value, str | bool | int | float):
        return True
    kinds = {type(each) for each in value} if isinstance(value, list | tuple) else {object}
    return len(kinds) <= 1 and kinds <= {str, bool, int, float}


class NotedSpan:
    """A span as agents see it; current within its `with` block, and ended with it."""

    def __init__(self, span: Span, redact: Callable[[str], str] | None) -> None:
        self._span = span
        self._redact = redact

    def note(self, attributes: Mapping[str, Noted]) -> None:
        self._span.set_attributes(told(attributes))

    def text(self, name: str, text: str) -> None:
        if self._redact is not None:
            self._span.set_attribute(name, self._redact(text)[:MAX_TEXT])

    def messages(self, name: str, messages: Sequence[tuple[str, str]], **rest: str) -> None:
        if self._redact is not None:
            parts = [(role, {"type": "text", "content": self._redact(text)[:MAX_TEXT]}) for role, text in messages]
            said = [{"role": role, "parts": [part], **rest} for role, part in parts]
            self._span.set_attribute(name, json.dumps(said, ensure_ascii=False))

    def __enter__(self) -> Self:
        self._context = attach(trace.set_span_in_context(self._span))
        self._numbers = numbered()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Of an exception only the class is told: its text may quote."""
        unnumbered(self._numbers)
        detach(self._context)
        if kind is not None:
            failed(self._span, kind.__name__)
        self._span.end()


@dataclass(frozen=True)
class SpanTracer:
    """A `Tracer` on OpenTelemetry. With `redact`, what it leaves of a text is kept."""

    redact: Callable[[str], str] | None = None

    def span(self, name: str, attributes: Mapping[str, Noted] | None = None, *, remote: bool = False) -> NotedSpan:
        number = number_of(name)
        noted = told(attributes or {})
        kind = SpanKind.CLIENT if remote else SpanKind.INTERNAL
        start = partial(tracer().start_span, name, kind=kind, attributes=noted)
        if number is None:
            return NotedSpan(start(), self.redact)
        within = trace.get_current_span().get_span_context().span_id
        return NotedSpan(started(start, f"{within:x}/{name}/{number}"), self.redact)

    def link(self, traceparent: str) -> None:
        context = context_of(traceparent)
        if traceparent and context.is_valid:
            trace.get_current_span().add_link(context)

    def here(self) -> str:
        return inject().get("traceparent", b"").decode()
