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
MOST_HEADS: Final = 16
_encode: Final = json.JSONEncoder(separators=(",", ":")).encode
_heads: dict[tuple[int, int], tuple[Any, Any, str]] = {}


def span_line(span: ReadableSpan) -> str:
    """The line, which ends in a line feed; the process that the span comes from is in it."""
    return f"{_head(span)}{_encode(_span(span))}]}}]}}]}}\n"


def _head(span: ReadableSpan) -> str:
    """All that stands before the span: the same for all spans of a scope, and longer than most of them."""
    resource, scope = span.resource, span.instrumentation_scope
    known = _heads.get((id(resource), id(scope)))
    if known is not None and known[0] is resource and known[1] is scope:
        return known[2]
    name = {"scope": {"name": scope.name if scope else ""}, "schemaUrl": (scope.schema_url if scope else "") or ""}
    attributes = _encode({"attributes": _attributes(resource.attributes)})
    head = f'{{"resourceSpans":[{{"resource":{attributes},"scopeSpans":[{_encode(name)[:-1]},"spans":['
    if len(_heads) >= MOST_HEADS:
        _heads.clear()
    _heads[id(resource), id(scope)] = (resource, scope, head)
    return head


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
