import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.monitors.chi_square import homogeneity, stability, survival

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 500), max_size=6)
QUANTILES = (
    # Abramowitz and Stegun, table 26.8: upper percentage points.
    (1, 0.05, 3.84146),
    (1, 0.001, 10.828),
    (2, 0.01, 9.21034),
    (5, 0.05, 11.0705),
    (10, 0.001, 29.588),
    (30, 0.05, 43.7729),
)


@pytest.mark.parametrize(("degrees", "chance", "statistic"), QUANTILES)
def test_the_chances_are_those_of_the_table(degrees, chance, statistic):
    assert survival(statistic, degrees) == pytest.approx(chance, rel=1e-3)


def test_nothing_to_tell_apart_is_certain_to_be_alike():
    assert survival(5.0, 0) == survival(0.0, 3) == 1.0
    assert homogeneity({}, {"a": 3}) == homogeneity({"a": 3}, {"a": 900}) == 1.0
    assert stability({}, {"a": 3}) == stability({"a": 3}, {"a": 900}) == 0.0


@given(COUNTS, COUNTS)
def test_both_measures_are_finite_and_within_their_ranges(first, second):
    assert 0 <= homogeneity(first, second) <= 1
    assert homogeneity(first, second) == pytest.approx(homogeneity(second, first))
    assert 0 <= stability(first, second) < math.inf


@given(COUNTS)
def test_a_sample_is_like_itself(counts):
    assert homogeneity(counts, counts) == pytest.approx(1.0)
    assert stability(counts, counts) == 0.0


def test_the_test_rejects_as_often_as_it_says_when_nothing_differs():
    source = np.random.default_rng(0)
    shares = [0.4, 0.3, 0.2, 0.06, 0.03, 0.01]
    draws = [
        homogeneity(*(dict(enumerate(source.multinomial(size, shares).tolist())) for size in (2_000, 500)))
        for _ in range(4_000)
    ]
    assert np.mean(np.array(draws) < 0.05) == pytest.approx(0.05, abs=0.012)


def test_the_index_is_that_of_the_textbook_for_many_observations():
    reference, recent = {"a": 500_000, "b": 500_000}, {"a": 600_000, "b": 400_000}
    assert stability(reference, recent) == pytest.approx(0.1 * math.log(1.2) - 0.1 * math.log(0.8), abs=1e-4)


def test_the_index_is_not_large_because_a_window_is_small():
    source = np.random.default_rng(1)
    shares = [1 / 20] * 20
    drawn = [
        stability(*(dict(enumerate(source.multinomial(size, shares).tolist())) for size in (5_000, 200)))
        for _ in range(300)
    ]
    assert np.mean(drawn) < 0.03
