"""W3C Trace Context in and out of Kafka headers, and the spans that the runner opens.

Nothing instruments a Faust consumer, so this is done by hand and in one place. Unreadable context starts a new trace.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanKind

from agents.shapes import E, Handler
from schemas.answers import Answer
from schemas.event import Event
from streams.records import Record

MAX_LINKS = 64
"""Most links on the span of a micro-batch, so that its size stays bounded."""

_tracer = trace.get_tracer("ragstream")


def extract(record: Record) -> Context:
    """The producer's context, or an empty one."""
    carrier = {name: record.header(name) for name in ("traceparent", "tracestate")}
    return propagate.extract({name: value for name, value in carrier.items() if value})


def inject(span: Span | None = None) -> Mapping[str, bytes]:
    """Headers that carry `span` (or the current one) on; none when there is no valid one."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier, None if span is None else trace.set_span_in_context(span))
    return {name: value.encode() for name, value in carrier.items()}


def start(record: Record, stage: str) -> Span:
    """A span for one record, child of its producer's. The caller ends it."""
    return _tracer.start_span(
        f"{stage} process",
        context=extract(record),
        kind=SpanKind.CONSUMER,
        attributes={
            "messaging.system": "kafka",
            "messaging.operation.type": "process",
            "messaging.destination.name": record.topic,
            "messaging.destination.partition.id": str(record.partition),
            "messaging.kafka.offset": record.offset,
        },
    )


def stamped(handler: Handler[E]) -> Handler[E]:
    """`handler`, with the current trace's id in the provenance of the answers that it gives."""

    async def stamping(event: E) -> Sequence[Event]:
        context = trace.get_current_span().get_span_context()
        outputs = await handler(event)
        return [_stamp(each, f"{context.trace_id:032x}") if context.is_valid else each for each in outputs]

    return stamping


def _stamp(event: Event, trace_id: str) -> Event:
    if not isinstance(event, Answer):
        return event
    return event.model_copy(update={"provenance": event.provenance.model_copy(update={"trace_id": trace_id})})


@contextmanager
def batch(stage: str, spans: Sequence[Span]) -> Iterator[None]:
    """A current span for work on many records at once, linked to each; for one record, that record's own."""
    if len(spans) == 1:
        with trace.use_span(spans[0], end_on_exit=False, record_exception=False, set_status_on_exception=False):
            yield
        return
    links = [Link(span.get_span_context()) for span in spans[:MAX_LINKS]]
    with _tracer.start_as_current_span(f"{stage} batch", context=Context(), links=links, kind=SpanKind.CONSUMER):
        yield
