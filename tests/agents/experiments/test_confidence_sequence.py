import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.experiments.confidence_sequence import Sums, compare, log_mixture

values = st.floats(-1, 1, allow_nan=False)
ABOUT = {"alpha": 0.05, "effect": 0.02, "scale": 1.0}


def binary(units, ones):
    return Sums(units, float(ones), float(ones))


@given(st.lists(values, min_size=1, max_size=30))
def test_sums_are_those_of_the_values(several):
    sums = Sums()
    for value in several:
        sums = sums.replaced(value, None)
    assert sums.units == len(several)
    assert sums.mean == pytest.approx(np.mean(several), abs=1e-9)
    assert sums.deviations == pytest.approx(np.var(several) * len(several), abs=1e-7)


@given(st.lists(values, max_size=10), values, values)
def test_a_replaced_value_leaves_no_trace(others, first, then):
    with_both, with_last = Sums(), Sums()
    for value in others:
        with_both, with_last = with_both.replaced(value, None), with_last.replaced(value, None)
    with_both = with_both.replaced(first, None).replaced(then, first)
    with_last = with_last.replaced(then, None)
    assert (with_both.units, with_both.mean) == (with_last.units, pytest.approx(with_last.mean, abs=1e-9))
    assert with_both.replaced(None, then).units == len(others)


def test_a_value_that_is_taken_back_from_a_single_unit_leaves_nothing():
    assert Sums().replaced(0.5, None).replaced(None, 0.5) == Sums()


@pytest.mark.parametrize(
    ("control", "treatment"),
    [
        (Sums(), Sums()),
        (binary(49, 10), binary(1_000, 100)),
        (binary(1_000, 0), binary(1_000, 0)),
        (binary(1_000, 1_000), binary(1_000, 1_000)),
        (binary(1_000, 100), Sums()),
    ],
)
def test_too_little_data_says_nothing(control, treatment):
    """FAILURES 68: zero variance, zero counts and one arm are no result."""
    assert compare(control, treatment, **ABOUT) is None


@pytest.mark.parametrize("ones", [0, 60])
def test_arms_that_are_each_all_alike_but_differ_are_compared(ones):
    """An arm that blocks every question, beside a control that blocks none, has no variance and is no unknown."""
    found = compare(binary(60, ones), binary(60, 60 - ones), **ABOUT)
    assert found is not None
    assert found.difference == (1 if ones == 0 else -1)
    assert abs(found.difference) - 0.2 < min(abs(found.low), abs(found.high))


def test_the_sequence_excludes_no_difference_exactly_when_the_evidence_suffices():
    for ones in range(400, 560, 4):
        found = compare(binary(4_000, 400), binary(4_000, ones), **ABOUT)
        assert (found.low > 0 or found.high < 0) == (found.log_evidence > math.log(20))
        assert found.low < found.difference < found.high


def test_evidence_is_the_same_in_both_directions_and_grows_with_the_difference():
    assert log_mixture(0.03, 1e-4, 0.02) == pytest.approx(log_mixture(-0.03, 1e-4, 0.02))
    grown = [log_mixture(each / 100, 1e-4, 0.02) for each in range(20)]
    assert grown == sorted(grown)
    assert math.isfinite(log_mixture(1.0, 1e-9, 0.02))


def test_a_mixture_is_the_average_of_what_its_halves_expect():
    """By numerical integration over the alternatives."""
    variance, effect, seen = 4e-5, 0.02, 0.013
    grid = np.linspace(-0.15, 0.15, 60_001)
    halves = [np.exp(-((grid - sign * effect) ** 2) / (2 * (effect / 2) ** 2)) for sign in (1, -1)]
    prior = sum(half / half.sum() for half in halves) / 2
    ratio = np.exp((2 * seen * grid - grid**2) / (2 * variance))
    assert log_mixture(seen, variance, effect) == pytest.approx(math.log((prior * ratio).sum()), rel=1e-6)


def test_evidence_against_a_margin_is_that_of_a_shifted_difference():
    control, treatment = binary(4_000, 400), binary(4_000, 480)
    shifted = compare(control, treatment, **ABOUT, against=0.02)
    assert shifted.log_evidence < compare(control, treatment, **ABOUT).log_evidence
    assert shifted.p_value == 1.0


def test_looking_after_every_unit_does_not_find_what_is_not_there():
    """FAILURES 68: both arms alike, evaluated after every event. The bench does it two thousand times."""
    random = np.random.default_rng(68)
    found = 0
    for _ in range(40):
        ones = np.cumsum(random.random((2, 3_000)) < 0.7, axis=1)
        looks = (compare(binary(n, ones[0, n - 1]), binary(n, ones[1, n - 1]), **ABOUT) for n in range(50, 3_000, 25))
        found += any(look is not None and look.p_value <= 0.05 for look in looks)
    assert found <= 6  # of 40 at five percent; more has a chance of one in 200
