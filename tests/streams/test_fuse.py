import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.fuse import Fuse, FuseBlownError


def blows(outcomes, **options):
    """Number of the outcome at which the fuse blew, or None."""
    fuse = Fuse(**options)
    for number, failed in enumerate(outcomes, start=1):
        try:
            fuse.observe(failed=failed)
        except FuseBlownError:
            return number
    return None


def test_it_never_blows_before_its_window_is_full():
    assert blows([True] * 199) is None
    assert blows([True] * 200) == 200


def test_it_counts_the_last_outcomes_only():
    assert blows([False] * 1_000 + [True] * 189) is None
    assert blows([False] * 1_000 + [True] * 190) == 1_190


def test_some_failures_among_successes_are_what_dead_letters_are_for():
    assert blows([True, False] * 5_000) is None


def test_it_says_how_many_failed():
    fuse = Fuse(window=2, ratio=0.5)
    fuse.observe(failed=False)
    with pytest.raises(FuseBlownError, match="1 of the last 2 events failed"):
        fuse.observe(failed=True)


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 10), st.sampled_from([0.5, 0.95, 1.0]))
def test_it_blows_exactly_when_the_ratio_of_a_full_window_is_reached(outcomes, window, ratio):
    full = range(window, len(outcomes) + 1)
    expected = next((end for end in full if sum(outcomes[end - window : end]) >= ratio * window), None)
    assert blows(outcomes, window=window, ratio=ratio) == expected
