"""Ids of spans: the same for the same work, random for all else, never zero."""

from hypothesis import given
from hypothesis import strategies as st

from streams.derived_ids import DerivedIds, number_of, numbered, started, unnumbered

ids = DerivedIds()


def both():
    return ids.generate_trace_id(), ids.generate_span_id()


@given(st.text(), st.text())
def test_ids_are_made_of_what_the_span_is_about(span, trace):
    found = started(both, span, trace=trace)
    assert started(both, span, trace=trace) == found
    assert 0 < found[0] < 2**128
    assert 0 < found[1] < 2**64


def test_nothing_is_derived_afterwards_and_no_trace_id_where_none_is_wanted():
    one, two = started(both, "a"), started(both, "a")
    assert one[0] != two[0]
    assert one[1] == two[1]
    assert ids.generate_span_id() != ids.generate_span_id()


def test_spans_of_a_name_are_numbered_within_each_parent():
    assert number_of("check") is None
    outer = numbered()
    assert [number_of("check"), number_of("embed"), number_of("check")] == [0, 0, 1]
    inner = numbered()
    assert number_of("check") == 0
    unnumbered(inner)
    assert number_of("check") == 2
    unnumbered(outer)
    assert number_of("check") is None
