import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.monitors.discrepancy import apart, chance


def blocks(count: int, mean: float, seed: int, size: int = 20, width: int = 16) -> np.ndarray:
    """Means of features of length 1, more to one side the larger `mean` is."""
    drawn = np.random.default_rng(seed).normal(size=(count, size, width))
    drawn[..., 0] += mean
    drawn /= np.linalg.norm(drawn, axis=2, keepdims=True)
    return np.asarray(drawn.mean(axis=1), np.float32)


def test_the_effect_is_unbiased_and_the_p_value_uniform_where_nothing_differs() -> None:
    found = [apart(blocks(25, 0.0, seed), blocks(10, 0.0, 1_000 + seed), -1.0) for seed in range(100)]
    effects = np.array([each.effect for each in found])
    assert abs(effects.mean()) < 3 * effects.std() / np.sqrt(len(effects))
    for level in (0.05, 0.25, 0.5):
        share = np.mean([each.p_value <= level for each in found])
        assert abs(share - level) < 4 * np.sqrt(level * (1 - level) / len(found))


def test_a_difference_has_the_size_that_it_has_however_many_questions_show_it() -> None:
    """FAILURES 69: drift that is only the size of the sample."""
    few, many = (
        [apart(blocks(10 * times, 0.0, seed), blocks(10 * times, 1.0, 50 + seed), 0.0) for seed in range(12)]
        for times in (1, 5)
    )
    assert abs(np.mean([each.effect for each in few]) - np.mean([each.effect for each in many])) < 0.012
    assert max(each.p_value for each in many) < 1e-6 < np.median([each.p_value for each in few]) < 0.01


def test_where_the_effect_is_below_the_floor_no_test_is_made() -> None:
    assert apart(blocks(10, 0.0, 1), blocks(10, 1.0, 2), 0.5).p_value == 1.0


def test_equal_questions_differ_in_nothing() -> None:
    """FAILURES 69: a constant column."""
    same = np.repeat(blocks(1, 0.0, 1, size=1), 25, axis=0)
    found = apart(same, same[:10], -1.0)
    assert abs(found.effect) < 1e-6
    assert 0.0 < found.p_value <= 1.0


def test_a_burst_of_like_questions_within_one_block_is_chance() -> None:
    recent = blocks(10, 0.0, 2)
    recent[3] = np.eye(1, 16, dtype=np.float32)
    assert apart(blocks(25, 0.0, 1), recent, 0.0).p_value > 0.05


def test_beyond_all_permutations_the_chance_is_that_of_a_distribution_with_their_moments() -> None:
    permuted = np.random.default_rng(1).normal(size=1_999)
    assert 1e-11 < chance(6.0, permuted) < 1e-7
    assert chance(-10.0, permuted) == 1.0
    assert chance(3.0, permuted) > 1e-4
    assert chance(2.0, np.zeros(9)) == 0.1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 2), st.integers(2, 12), st.integers(2, 12))
def test_a_comparison_is_the_same_every_time_and_finite(seed: int, mean: float, first: int, second: int) -> None:
    one, other = blocks(first, 0.0, seed), blocks(second, mean, seed + 1)
    found = apart(one, other, 0.0)
    assert found == apart(one, other, 0.0)
    assert np.isfinite(found.effect)
    assert 0.0 <= found.p_value <= 1.0
