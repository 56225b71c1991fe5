"""W3C Trace Context in and out of Kafka headers, and the spans that the runner opens.

Nothing instruments a Faust consumer, so this is done by hand and in one place. Unreadable context starts a new trace.
A record's span has the same id whenever the record is worked on, so a redelivered one has one place in its trace.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from schemas import signals
from schemas.event import Event
from schemas.questions import QuestionAsked
from streams.derived_ids import numbered, started, unnumbered
from streams.outcomes import Work
from streams.records import Outgoing, Record

MAX_LINKS: Final = 64
"""Most links on the span of a micro-batch, so that its size stays bounded."""
_TOLD: Final = (
    ("doc_id", signals.DOC_ID),
    ("query_id", signals.QUERY_ID),
    ("answer_id", signals.ANSWER_ID),
    ("revision", signals.REVISION),
    ("session_id", signals.GEN_AI_CONVERSATION),
)
"""What is told of an event that has it, by field."""

W3C: Final = TraceContextTextMapPropagator()
"""What headers say is part of our events' contract, and none of `OTEL_PROPAGATORS`."""
_tracer = trace.get_tracer("ragstream", schema_url=signals.SCHEMA_URL)


def tracer() -> trace.Tracer:
    """The one that all spans of ragstream come from; it finds the process's provider by itself."""
    return _tracer


def extract(record: Record) -> Context:
    """The producer's context, or an empty one."""
    carrier = {name: value for name in ("traceparent", "tracestate") if (value := record.header(name))}
    return W3C.extract(carrier, Context()) if carrier else Context()


def context_of(traceparent: str) -> SpanContext:
    """The span that it names; an invalid one where it names none."""
    return trace.get_current_span(W3C.extract({"traceparent": traceparent}, Context())).get_span_context()


def inject(span: Span | None = None) -> Mapping[str, bytes]:
    """Headers that carry `span` (or the current one) on; none when there is no valid one."""
    return {name: value.encode() for name, value in _carried(span).items()}


def _carried(span: Span | None) -> dict[str, str]:
    carrier: dict[str, str] = {}
    W3C.inject(carrier, None if span is None else trace.set_span_in_context(span))
    return carrier


def start(record: Record, stage: str, role: str = "", group: str = "", now: datetime | None = None) -> Span:
    """A span for one record that consumer group `group` has read, child of its producer's. The caller ends it."""
    context = extract(record)
    parent = trace.get_current_span(context).get_span_context()
    # An output that is sent again has its event's id again, at another offset; only ours always have one.
    about = record.header("ce_id") or f"{record.topic}/{record.partition}/{record.offset}"
    trace_of = f"{about}/{record.topic}/{record.partition}/{record.timestamp.timestamp()}"
    attributes: dict[str, str | int | float] = {
        signals.STAGE: stage,
        signals.ROLE: role,
        signals.MESSAGING_SYSTEM: "kafka",
        signals.MESSAGING_OPERATION_NAME: stage,
        signals.MESSAGING_OPERATION_TYPE: "process",
        signals.MESSAGING_CONSUMER_GROUP: group,
        signals.MESSAGING_DESTINATION: record.topic,
        signals.MESSAGING_PARTITION: str(record.partition),
        signals.MESSAGING_OFFSET: record.offset,
        signals.MESSAGING_BODY_SIZE: len(record.value or b""),
    }
    if now is not None:
        attributes[signals.WAITED_MS] = max(0.0, (now - record.timestamp) / timedelta(milliseconds=1))
    name = f"{stage} {record.topic}"  # signals.PROCESS
    start_span = partial(_tracer.start_span, name, context=context, kind=SpanKind.CONSUMER, attributes=attributes)
    return started(start_span, f"{parent.span_id:x}/{stage}/{about}", trace=trace_of)


def failed(span: Span, error: str) -> None:
    """Mark a span with the class of what went wrong."""
    span.set_attribute(signals.ERROR_TYPE, error)
    span.set_status(Status(StatusCode.ERROR, error))


def describe(span: Span, event: Event, record: Record) -> None:
    """Note on a record's span which event it holds, what that is about, and how long a question was on its way."""
    told = {name: getattr(event, field, None) for field, name in _TOLD}
    span.set_attributes(
        {
            signals.EVENT: type(event).__name__,
            signals.TENANT: event.tenant,
            signals.MESSAGING_MESSAGE_ID: event.event_id,
            **{name: value for name, value in told.items() if value not in {None, ""}},
        }
    )
    if isinstance(event, QuestionAsked):
        # Its answer's time counts from here on; a document's own time may be years ago.
        span.set_attribute(signals.SENT_MS, max(0.0, (record.timestamp - event.at) / timedelta(milliseconds=1)))


@contextmanager
def concluded(works: Sequence[Work]) -> Iterator[None]:
    """End the records' spans with the block, and note on them the outputs' types and the class of what went wrong."""
    given_up = None
    try:
        yield
    except BaseException as error:
        given_up = type(error).__name__
        raise
    finally:
        for work in works:
            types = [each.headers.get("ce_type", b"").decode().rpartition(".")[2] for each in work.outgoing]
            work.span.set_attribute(signals.OUTPUTS, types[:MAX_LINKS])
            what = work.failure.error if work.failure else given_up
            if what is not None:
                failed(work.span, what)
            work.span.end()


@contextmanager
def within(span: Span) -> Iterator[None]:
    """`span` as the current one. The caller ends it."""
    context, numbers = attach(trace.set_span_in_context(span)), numbered()
    try:
        yield
    finally:
        unnumbered(numbers)
        detach(context)


@contextmanager
def batch(stage: str, spans: Sequence[Span]) -> Iterator[None]:
    """A current span for work on many records at once, tied to each both ways; for one record, that record's own."""
    if len(spans) == 1:
        with within(spans[0]):
            yield
        return
    attributes = {
        signals.STAGE: stage,
        signals.MESSAGING_SYSTEM: "kafka",
        signals.MESSAGING_OPERATION_NAME: stage,
        signals.MESSAGING_OPERATION_TYPE: "process",
    }
    with _together(signals.BATCH.format(stage=stage), spans, attributes, SpanKind.CONSUMER) as together:
        for span in spans:
            span.add_link(together.get_span_context())
        yield


@contextmanager
def sending(stage: str, spans: Sequence[Span], outgoing: Sequence[Outgoing]) -> Iterator[Span]:
    """A span for the delivery of outputs: within the record's own, or linked to those of all.

    Its kind is CLIENT, as the conventions have it where messages carry another span's context: here the record's.
    """
    topics = sorted({each.topic for each in outgoing})
    name = signals.SEND.format(topic=topics[0] if len(topics) == 1 else "topics")
    attributes: dict[str, str | int] = {
        signals.STAGE: stage,
        signals.MESSAGING_SYSTEM: "kafka",
        signals.MESSAGING_OPERATION_NAME: "send",
        signals.MESSAGING_OPERATION_TYPE: "send",
    }
    if len(outgoing) > 1:
        attributes[signals.MESSAGING_BATCH_COUNT] = len(outgoing)
    if len(topics) == 1:
        attributes[signals.MESSAGING_DESTINATION] = topics[0]
    if len(spans) > 1:
        with _together(name, spans, attributes, SpanKind.CLIENT) as span:
            yield span
        return
    context = trace.set_span_in_context(spans[0])
    start_span = partial(_tracer.start_span, name, context=context, kind=SpanKind.CLIENT, attributes=attributes)
    with _ended(started(start_span, f"{spans[0].get_span_context().span_id:x}/{name}")) as span:
        yield span


@contextmanager
def _together(name: str, spans: Sequence[Span], attributes: Mapping[str, str | int], kind: SpanKind) -> Iterator[Span]:
    """A span of a trace of its own, linked to `spans`, and current."""
    contexts = [span.get_span_context() for span in spans]
    about = f"{name}/" + ",".join(f"{each.trace_id:x}-{each.span_id:x}" for each in contexts)
    start_span = partial(
        _tracer.start_span,
        name,
        context=Context(),
        links=[Link(each) for each in contexts[:MAX_LINKS]],
        kind=kind,
        attributes={signals.MESSAGING_BATCH_COUNT: len(spans), **attributes},
    )
    with _ended(started(start_span, about, trace=about)) as span:
        yield span


@contextmanager
def _ended(span: Span) -> Iterator[Span]:
    """`span` as the current one, ended with the block; of an exception that goes through, the class is told."""
    try:
        with within(span):
            yield span
    except BaseException as error:
        failed(span, type(error).__name__)
        raise
    finally:
        span.end()
