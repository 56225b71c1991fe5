"""Lines of trace files in, the spans that belong to an answer, a document or a trace out."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from schemas import signals

Lines: TypeAlias = Callable[[Sequence[str]], Iterator[str]]
"""Strings in; every line that holds one of them out."""
TRACE_ID: Final = re.compile(r"[0-9a-f]{32}")
ERROR: Final = 2
"""Of OTLP's status codes."""
NAMED_BY: Final = (signals.ANSWER_ID, signals.QUERY_ID, signals.DOC_ID)


@dataclass(frozen=True)
class SpanRead:
    """A finished span. Times are nanoseconds since 1970, UTC."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    service: str
    start_ns: int
    end_ns: int
    attributes: Mapping[str, Any]
    links: tuple[tuple[str, str], ...] = ()
    """Trace id and span id of each."""
    error: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.trace_id, self.span_id

    @property
    def ms(self) -> float:
        return (self.end_ns - self.start_ns) / 1e6

    @property
    def waited_ms(self) -> float:
        """From the record's time in Kafka to the span's start; 0 for a step."""
        return float(self.attributes.get(signals.WAITED_MS, 0.0))

    @property
    def sent_ms(self) -> float:
        """From a question's own time to its record's in Kafka; 0 for all else."""
        return float(self.attributes.get(signals.SENT_MS, 0.0))

    @property
    def is_hop(self) -> bool:
        """Whether it is one record's way through one stage."""
        return signals.MESSAGING_OFFSET in self.attributes


def read_spans(line: str) -> Iterator[SpanRead]:
    """The spans of one line of OTLP's JSON; nothing for a line that is none."""
    try:
        for resource in json.loads(line)["resourceSpans"]:
            service = str(_attributes(resource["resource"]).get("service.name", ""))
            for scope in resource["scopeSpans"]:
                yield from (_read(span, service) for span in scope["spans"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return


def spans_named(wanted: str, lines: Lines) -> list[SpanRead]:
    """Hops that have `wanted` for their answer, question or document, oldest first, each once."""
    found = spans_of([json.dumps(wanted)], lines)
    named = [each for each in found if any(each.attributes.get(name) == wanted for name in NAMED_BY)]
    return [each for each in named if each.is_hop]


def spans_of(needles: Sequence[str], lines: Lines) -> list[SpanRead]:
    """All spans of the lines that hold one of `needles`, oldest first.

    Of a record that was worked on twice there are two spans under one id; the one that ended later counts.
    """
    latest: dict[tuple[str, str], SpanRead] = {}
    for line in lines(needles):
        for span in read_spans(line):
            before = latest.get(span.key)
            if before is None or before.end_ns <= span.end_ns:
                latest[span.key] = span
    return sorted(latest.values(), key=lambda span: (span.start_ns, -span.end_ns))


def _read(span: Mapping[str, Any], service: str) -> SpanRead:
    status = span.get("status", {})
    failed = status.get("code") == ERROR
    return SpanRead(
        trace_id=span["traceId"],
        span_id=span["spanId"],
        parent_id=span.get("parentSpanId", ""),
        name=span["name"],
        service=service,
        start_ns=int(span["startTimeUnixNano"]),
        end_ns=int(span["endTimeUnixNano"]),
        attributes=_attributes(span),
        links=tuple((each["traceId"], each["spanId"]) for each in span.get("links", ())),
        error=(status.get("message") or "error") if failed else "",
    )


def _attributes(holder: Mapping[str, Any]) -> dict[str, Any]:
    return {each["key"]: _value(each["value"]) for each in holder.get("attributes", ())}


def _value(value: Mapping[str, Any]) -> Any:
    [(kind, held)] = value.items()
    if kind == "intValue":
        return int(held)
    return [_value(each) for each in held.get("values", ())] if kind == "arrayValue" else held
