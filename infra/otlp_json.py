"""A finished span in, one line of OTLP's JSON out, as the OpenTelemetry file exporter's specification has it.

So the files can be read by a collector's receiver `otlp_json_file` as well. Ids are hexadecimal and 64-bit numbers are
strings, which is where OTLP's JSON departs from protobuf's (OTLP specification 1.9, "JSON Protobuf Encoding").
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import Link

_KINDS: Final = {"INTERNAL": 1, "SERVER": 2, "CLIENT": 3, "PRODUCER": 4, "CONSUMER": 5}
_STATUSES: Final = {"UNSET": 0, "OK": 1, "ERROR": 2}


def span_line(span: ReadableSpan) -> str:
    """The line, which ends in a line feed; the process that the span comes from is in it."""
    scope = span.instrumentation_scope
    traces = {
        "resourceSpans": [
            {
                "resource": {"attributes": _attributes(span.resource.attributes)},
                "scopeSpans": [
                    {
                        "scope": {"name": scope.name if scope else ""},
                        "spans": [_span(span)],
                        "schemaUrl": (scope.schema_url if scope else "") or "",
                    }
                ],
            }
        ]
    }
    return json.dumps(traces, separators=(",", ":")) + "\n"


def _span(span: ReadableSpan) -> dict[str, Any]:
    context = span.get_span_context()
    assert context is not None, "a span that ended has an id"  # noqa: S101 - the SDK's promise
    parent = {} if span.parent is None else {"parentSpanId": f"{span.parent.span_id:016x}"}
    return {
        "traceId": f"{context.trace_id:032x}",
        "spanId": f"{context.span_id:016x}",
        **parent,
        "flags": int(context.trace_flags),
        "name": span.name,
        "kind": _KINDS[span.kind.name],
        "startTimeUnixNano": str(span.start_time or 0),
        "endTimeUnixNano": str(span.end_time or 0),
        "attributes": _attributes(span.attributes or {}),
        "links": [_link(each) for each in span.links],
        "status": {"code": _STATUSES[span.status.status_code.name], "message": span.status.description or ""},
    }


def _link(link: Link) -> dict[str, Any]:
    return {"traceId": f"{link.context.trace_id:032x}", "spanId": f"{link.context.span_id:016x}"}


def _attributes(attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _value(value)} for name, value in attributes.items()]


def _value(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case Sequence():
            return {"arrayValue": {"values": [_value(each) for each in value]}}
    return {"stringValue": str(value)}
