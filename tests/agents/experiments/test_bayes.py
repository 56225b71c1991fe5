import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.experiments.bayes import LEAST_WEIGHT, beliefs, thompson_weights
from agents.experiments.confidence_sequence import Sums


def binary(units, ones):
    return Sums(units, float(ones), float(ones))


CLEAR = {"a": binary(2_000, 200), "b": binary(2_000, 400)}


def test_the_better_arm_is_believed_to_be_better():
    found = beliefs(CLEAR, scale=1)
    assert found["b"].probability_best > 0.99
    assert found["b"].expected_loss < 0.001
    assert found["a"].expected_loss == pytest.approx(0.1, abs=0.01)


def test_where_less_is_better_the_other_one_is():
    assert beliefs(CLEAR, scale=1, higher_is_better=False)["a"].probability_best > 0.99


def test_equal_sums_have_equal_numbers():
    assert beliefs(CLEAR, scale=1) == beliefs(CLEAR, scale=1)


def test_two_equal_arms_are_each_the_best_half_of_the_time():
    found = beliefs({"a": binary(500, 50), "b": binary(500, 50)}, scale=1)
    assert found["a"].probability_best == pytest.approx(0.5, abs=0.05)


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 60), min_size=2))
def test_weights_are_a_split_and_leave_every_arm_a_chance(ones):
    weights = thompson_weights({name: binary(60, count) for name, count in ones.items()}, scale=1)
    assert sum(weights.values()) == pytest.approx(1)
    assert min(weights.values()) >= LEAST_WEIGHT - 1e-9


def test_an_arm_without_units_may_still_be_the_best():
    weights = thompson_weights({"a": binary(2_000, 200), "new": Sums()}, scale=1)
    assert weights["new"] > 0.3
