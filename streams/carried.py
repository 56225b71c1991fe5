"""What came of a record in, the same with its trace in it, and the headers by which that goes on, out.

An output is in the trace of the record that it came of, and answers say in which, failed ones too. What an alert came
of may be a timer, when something has lasted: so a condition has its trace with it, and the alert goes on in that one.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from opentelemetry import trace
from opentelemetry.trace import Span

from schemas import signals
from schemas.answers import Answer, AnswerFailed
from schemas.conditions import ConditionRaised
from schemas.event import Event
from schemas.feedback import AnswerExposed
from schemas.operations import Alert
from streams.tracing import context_of, failed, inject

TOO_LATE: Final = "DeadlinePassed"
"""What went wrong where an answer's time ran out."""


def carried(events: Iterable[Event], span: Span | None = None) -> Iterator[tuple[Event, Mapping[str, bytes]]]:
    """Each event that came of the work of `span`, or of the current one, and its headers; none outside a trace."""
    span = trace.get_current_span() if span is None else span
    headers = inject(span)
    traceparent = headers.get("traceparent", b"").decode()
    for event in events:
        match event:
            case Answer() if traceparent:
                yield _answered(event, span), headers
            case AnswerExposed() | ConditionRaised(traceparent=""):
                yield event.model_copy(update={"traceparent": traceparent}), headers
            case Alert(traceparent=theirs) if _is_elsewhere(theirs, span):
                yield event, {"traceparent": theirs.encode()}
            case _:
                yield event, headers


def _answered(answer: Answer, span: Span) -> Answer:
    """The answer with its trace in it; a failed one marks its span, whatever it was that failed."""
    span.set_attribute(signals.ANSWER_ID, answer.answer_id)
    if isinstance(answer, AnswerFailed):
        failed(span, TOO_LATE if answer.too_late else type(answer).__name__)
    trace_id = f"{span.get_span_context().trace_id:032x}"
    return answer.model_copy(update={"provenance": answer.provenance.model_copy(update={"trace_id": trace_id})})


def _is_elsewhere(traceparent: str, span: Span) -> bool:
    """Whether that is another trace, to which `span` is linked then."""
    context = context_of(traceparent)
    if not context.is_valid or context.trace_id == span.get_span_context().trace_id:
        return False
    span.add_link(context)
    return True
