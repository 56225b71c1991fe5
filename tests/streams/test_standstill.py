from hypothesis import given
from hypothesis import strategies as st

from streams.standstill import Standstill


def test_time_counts_from_when_a_position_was_first_seen():
    seen = Standstill()
    assert seen.observe({"a": 5}, 100.0) == {"a": 0.0}
    assert seen.observe({"a": 5, "b": 1}, 103.0) == {"a": 3.0, "b": 0.0}
    assert seen.observe({"a": 6, "b": 1}, 104.0) == {"a": 0.0, "b": 1.0}


def test_what_caught_up_begins_anew():
    seen = Standstill()
    seen.observe({"a": 5}, 100.0)
    seen.observe({}, 101.0)
    assert seen.observe({"a": 5}, 102.0) == {"a": 0.0}


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 3))))
def test_only_what_lags_now_is_kept_and_no_time_is_negative(looks):
    seen = Standstill()
    for now, positions in enumerate(looks):
        still = seen.observe(positions, float(now))
        assert still.keys() == positions.keys()
        assert all(0 <= each <= now for each in still.values())
