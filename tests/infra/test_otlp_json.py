"""A span's line is OTLP: protobuf's own reader takes it, once ids are what protobuf's JSON has."""

import base64
import json
import math
import re

from google.protobuf.json_format import Parse
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, SpanKind, Status, StatusCode

from infra.otlp_json import span_line


def read(line):
    """OTLP's JSON has hexadecimal ids where protobuf's has base64."""
    ids = re.compile(r'"((?:trace|span|parentSpan)Id)":"([0-9a-f]+)"')
    return Parse(ids.sub(lambda m: f'"{m[1]}":"{base64.b64encode(bytes.fromhex(m[2])).decode()}"', line), TracesData())


def test_all_of_a_span_is_in_its_line():
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("ragstream", schema_url="https://example.org/1.0")
    attributes = {"flag": True, "number": 2**40, "share": 0.5, "word": 'a\n"ü', "words": ("a", "b"), "shares": (0.1,)}
    attributes |= {"most": math.inf, "least": -math.inf, "none": math.nan, "empty": ()}
    with tracer.start_as_current_span("outer") as outer:
        link = Link(outer.get_span_context())
        with tracer.start_as_current_span("inner", kind=SpanKind.CLIENT, attributes=attributes, links=[link]) as inner:
            inner.set_status(Status(StatusCode.ERROR, "ValueError"))
    line = span_line(exporter.get_finished_spans()[0])
    assert line.count("\n") == 1
    [resource] = read(line).resource_spans
    [scope] = resource.scope_spans
    [span] = scope.spans
    assert (scope.scope.name, scope.schema_url) == ("ragstream", "https://example.org/1.0")
    assert (span.name, span.kind, span.status.code, span.status.message) == ("inner", 3, 2, "ValueError")
    assert span.trace_id == outer.get_span_context().trace_id.to_bytes(16, "big")
    assert span.parent_span_id == span.links[0].span_id == outer.get_span_context().span_id.to_bytes(8, "big")
    assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano
    values = {each.key: each.value for each in span.attributes}
    assert (values["flag"].bool_value, values["number"].int_value, values["word"].string_value) == (
        True,
        2**40,
        'a\n"ü',
    )
    doubles = [values[name].double_value for name in ("share", "most", "least")]
    assert doubles == [0.5, math.inf, -math.inf]
    assert math.isnan(values["none"].double_value)
    assert not values["empty"].array_value.values
    assert [each.string_value for each in values["words"].array_value.values] == ["a", "b"]
    assert "service.name" in {each.key for each in resource.resource.attributes}
    assert json.loads(line)["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["flags"] == 3
