"""Ids of spans: the same for the same work, random for all else, never zero."""

from hypothesis import given
from hypothesis import strategies as st

from streams.derived_ids import DerivedIds, deriving, number_of, numbering

ids = DerivedIds()


@given(st.text(), st.text())
def test_ids_are_made_of_what_the_span_is_about(span, trace):
    with deriving(span, trace=trace):
        found = ids.generate_trace_id(), ids.generate_span_id()
    with deriving(span, trace=trace):
        assert (ids.generate_trace_id(), ids.generate_span_id()) == found
    assert 0 < found[0] < 2**128
    assert 0 < found[1] < 2**64


def test_nothing_is_derived_outside_the_block_and_no_trace_id_where_none_is_wanted():
    with deriving("a"):
        assert ids.generate_trace_id() != ids.generate_trace_id()
        assert ids.generate_span_id() == ids.generate_span_id()
    assert ids.generate_span_id() != ids.generate_span_id()


def test_spans_of_a_name_are_numbered_within_each_parent():
    assert number_of("check") is None
    with numbering():
        assert [number_of("check"), number_of("embed"), number_of("check")] == [0, 0, 1]
        with numbering():
            assert number_of("check") == 0
        assert number_of("check") == 2
