"""Lines in, spans out; broken lines are no spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.trace_spans import read_spans, spans_named, spans_of
from tests.streams.trace_samples import TRACE, hop, lines_of, otlp


def test_all_that_a_waterfall_needs_is_read():
    line = otlp("draft", 2, parent=1, at=5, ms=3, links=[(TRACE, 9)], error="ValueError", a=1, b=0.5, c="x", d=[True])
    [span] = read_spans(line)
    assert (span.name, span.service, span.parent_id, span.ms) == ("draft", "ragstream-test", f"{1:016x}", 3.0)
    assert span.attributes == {"a": 1, "b": 0.5, "c": "x", "d": [True]}
    assert (span.error, span.links, span.is_hop) == ("ValueError", ((TRACE, f"{9:016x}"),), False)


@pytest.mark.parametrize("line", ["", "{", "[]", "{}", '{"resourceSpans":[{}]}', '{"resourceSpans":[{"resource":1}]}'])
def test_a_broken_line_is_no_span(line):
    assert list(read_spans(line)) == []


@given(st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_no_json_breaks_the_reader(value):
    import json  # noqa: PLC0415

    list(read_spans(json.dumps({"resourceSpans": value})))


def test_of_two_tries_of_one_record_the_later_is_read():
    lines = lines_of(otlp("plan", 1, at=0, ms=1), otlp("plan", 1, at=50, ms=2))
    [span] = spans_of([TRACE], lines)
    assert span.start_ns == 50_000_000


def test_only_hops_that_are_about_the_id_are_named_by_it():
    lines = lines_of(
        hop("plan documents", 1, "plan", ragstream__doc_id="a"),
        hop("plan documents", 2, "plan", ragstream__doc_id="b", note="a"),
        otlp("parse", 3, parent=1, ragstream__doc_id="a"),
    )
    assert [span.span_id for span in spans_named("a", lines)] == [f"{1:016x}"]
