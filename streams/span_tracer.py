"""The port `Tracer` in, OpenTelemetry spans out. Texts are dropped, or redacted and cut where they are asked for."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from agents.tracer import Noted
from schemas import signals
from streams.derived_ids import deriving, number_of, numbering
from streams.tracing import inject, tracer

MAX_TEXT: Final = 2_000
"""Characters of a text on a span."""


@dataclass(frozen=True)
class NotedSpan:
    """A span as agents see it."""

    span: Span
    redact: Callable[[str], str] | None

    def note(self, attributes: Mapping[str, Noted]) -> None:
        self.span.set_attributes({name: value for name, value in attributes.items() if value is not None})

    def text(self, name: str, text: str) -> None:
        if self.redact is not None:
            self.span.set_attribute(name, self.redact(text)[:MAX_TEXT])


@dataclass(frozen=True)
class SpanTracer:
    """A `Tracer` on OpenTelemetry. With `redact`, what it leaves of a text is kept."""

    redact: Callable[[str], str] | None = None

    @contextmanager
    def span(
        self, name: str, attributes: Mapping[str, Noted] | None = None, *, remote: bool = False
    ) -> Iterator[NotedSpan]:
        number = number_of(name)
        kind = SpanKind.CLIENT if remote else SpanKind.INTERNAL
        noted = {key: value for key, value in (attributes or {}).items() if value is not None}
        if number is None:
            opened = tracer().start_span(name, kind=kind, attributes=noted)
        else:
            parent = trace.get_current_span().get_span_context().span_id
            with deriving(f"{parent:x}/{name}/{number}"):
                opened = tracer().start_span(name, kind=kind, attributes=noted)
        with numbering(), ended(opened):
            yield NotedSpan(opened, self.redact)

    def link(self, traceparent: str) -> None:
        context = trace.get_current_span(propagate.extract({"traceparent": traceparent})).get_span_context()
        if traceparent and context.is_valid:
            trace.get_current_span().add_link(context)

    def here(self) -> str:
        return inject().get("traceparent", b"").decode()


@contextmanager
def ended(span: Span) -> Iterator[None]:
    """`span` as the current one, ended with the block. Of an exception only the class is told: its text may quote."""
    try:
        with trace.use_span(span, end_on_exit=False, record_exception=False, set_status_on_exception=False):
            yield
    except BaseException as error:
        span.set_attribute(signals.ERROR_TYPE, type(error).__name__)
        span.set_status(Status(StatusCode.ERROR, type(error).__name__))
        raise
    finally:
        span.end()
