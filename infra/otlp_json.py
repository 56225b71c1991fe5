"""A finished span in, one line of OTLP's JSON out, as the OpenTelemetry file exporter's specification has it.

So the files can be read by a collector's receiver `otlp_json_file` as well. Ids are hexadecimal and 64-bit numbers are
strings, which is where OTLP's JSON departs from protobuf's (OTLP specification 1.9, "JSON Protobuf Encoding").
"""

import math
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any, Final

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import Link

_KINDS: Final = {"INTERNAL": 1, "SERVER": 2, "CLIENT": 3, "PRODUCER": 4, "CONSUMER": 5}
_STATUSES: Final = {"UNSET": 0, "OK": 1, "ERROR": 2}
MOST_HEADS: Final = 16
_heads: dict[tuple[int, int], tuple[Any, Any, str]] = {}


def span_line(span: ReadableSpan) -> str:
    """The line, which ends in a line feed; the process that the span comes from is in it.

    Put together from strings: with objects for `json` it took twice as long, and every question has a dozen.
    """
    return f"{_head(span)}{_span(span)}]}}]}}]}}\n"


def _head(span: ReadableSpan) -> str:
    """All that stands before the span: the same for all spans of a scope, and longer than most of them."""
    resource, scope = span.resource, span.instrumentation_scope
    known = _heads.get((id(resource), id(scope)))
    if known is not None and known[0] is resource and known[1] is scope:
        return known[2]
    name, schema_url = (scope.name, scope.schema_url or "") if scope else ("", "")
    head = (
        f'{{"resourceSpans":[{{"resource":{{"attributes":{_attributes(resource.attributes)}}},'
        f'"scopeSpans":[{{"scope":{{"name":{_quoted(name)}}},"schemaUrl":{_quoted(schema_url)},"spans":['
    )
    if len(_heads) >= MOST_HEADS:
        _heads.clear()
    _heads[id(resource), id(scope)] = (resource, scope, head)
    return head


def _span(span: ReadableSpan) -> str:
    context = span.get_span_context()
    assert context is not None, "a span that ended has an id"  # noqa: S101 - the SDK's promise
    parent = "" if span.parent is None else f'"parentSpanId":"{span.parent.span_id:016x}",'
    return (
        f'{{"traceId":"{context.trace_id:032x}","spanId":"{context.span_id:016x}",{parent}'
        f'"flags":{int(context.trace_flags)},"name":{_quoted(span.name)},"kind":{_KINDS[span.kind.name]},'
        f'"startTimeUnixNano":"{span.start_time or 0}","endTimeUnixNano":"{span.end_time or 0}",'
        f'"attributes":{_attributes(span.attributes or {})},"links":[{",".join(map(_link, span.links))}],'
        f'"status":{{"code":{_STATUSES[span.status.status_code.name]},'
        f'"message":{_quoted(span.status.description or "")}}}}}'
    )


def _link(link: Link) -> str:
    return f'{{"traceId":"{link.context.trace_id:032x}","spanId":"{link.context.span_id:016x}"}}'


def _attributes(attributes: Mapping[str, Any]) -> str:
    pairs = [f'{{"key":{_quoted(name)},"value":{_value(value)}}}' for name, value in attributes.items()]
    return f"[{','.join(pairs)}]"


def _value(value: Any) -> str:
    match value:
        case str():
            return f'{{"stringValue":{_quoted(value)}}}'
        case bool():
            return f'{{"boolValue":{"true" if value else "false"}}}'
        case int():
            return f'{{"intValue":"{value}"}}'
        case float():
            return f'{{"doubleValue":{_double(value)}}}'
        case Sequence():
            return f'{{"arrayValue":{{"values":[{",".join(map(_value, value))}]}}}}'
    return f'{{"stringValue":{_quoted(str(value))}}}'


def _double(value: float) -> str:
    """JSON has no word for what is not finite; protobuf's JSON has strings for it."""
    if math.isfinite(value):
        return repr(float(value))
    return '"NaN"' if math.isnan(value) else '"Infinity"' if value > 0 else '"-Infinity"'
