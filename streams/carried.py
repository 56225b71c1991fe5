"""What came of a record in, the same with the headers by which its trace goes on out.

An output is in the trace of the record that it came of. What an alert came of may be a timer, when something has lasted
long enough: so a condition has its trace with it, and the alert goes on in that one.
"""

from collections.abc import Iterable, Iterator, Mapping

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span

from schemas.conditions import ConditionRaised
from schemas.event import Event
from schemas.operations import Alert
from streams.tracing import W3C, inject


def carried(events: Iterable[Event], span: Span | None = None) -> Iterator[tuple[Event, Mapping[str, bytes]]]:
    """Each event that came of the work of `span`, or of the current one, and its headers; none outside a trace."""
    span = trace.get_current_span() if span is None else span
    headers = inject(span)
    for event in events:
        match event:
            case ConditionRaised(traceparent=""):
                yield event.model_copy(update={"traceparent": headers.get("traceparent", b"").decode()}), headers
            case Alert(traceparent=theirs) if _is_elsewhere(theirs, span):
                yield event, {"traceparent": theirs.encode()}
            case _:
                yield event, headers


def _is_elsewhere(traceparent: str, span: Span) -> bool:
    """Whether that is another trace, to which `span` is linked then."""
    context = trace.get_current_span(W3C.extract({"traceparent": traceparent}, Context())).get_span_context()
    if not context.is_valid or context.trace_id == span.get_span_context().trace_id:
        return False
    span.add_link(context)
    return True
