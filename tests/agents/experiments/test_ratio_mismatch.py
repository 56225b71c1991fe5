import math

import numpy as np
import pytest

from agents.experiments.ratio_mismatch import log_evidence, mismatched, p_value


@pytest.mark.parametrize(
    ("counts", "weights", "wrong"),
    [
        ((9_463, 7_681), (1, 1), True),
        ((9_510, 490), (95, 5), False),
        ((3, 0), (1, 1), False),
        ((500_000, 501_000), (1, 1), False),
        ((0, 0), (1, 1), False),
        ((10_400, 9_600), (0.5, 0.5), True),
    ],
)
def test_a_wrong_split_is_told_from_a_right_one_and_from_one_that_is_off_by_nothing_that_matters(
    counts, weights, wrong
):
    """FAILURES 67."""
    assert mismatched(counts, weights) is wrong


def test_the_largest_evidence_so_far_is_what_counts():
    assert not mismatched((520, 480), (1, 1))
    assert mismatched((520, 480), (1, 1), largest_evidence=math.log(1_001))


def test_evidence_is_none_before_the_first_unit_and_p_values_stay_below_one():
    assert log_evidence((0, 0), (2, 3)) == pytest.approx(0)
    assert p_value(-5) == p_value(0) == 1
    assert p_value(math.log(50)) == pytest.approx(0.02)


def test_a_right_split_is_not_doubted_at_any_look():
    random = np.random.default_rng(67)
    for _ in range(20):
        first = np.cumsum(random.random(5_000) < 0.5)
        assert not any(mismatched((int(first[n]), n + 1 - int(first[n])), (1, 1)) for n in range(100, 5_000, 50))
