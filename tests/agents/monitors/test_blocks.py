import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.monitors.blocks import LARGE, LONGEST, PER_SIZE, SMALLEST, Block, appended, joined


def window(values, blocks=()):
    """Blocks of all values, of which there are a multiple of `SMALLEST`; one a second."""
    previous, filling = values[0], Block()
    for at, value in enumerate(values):
        filling = filling.with_value(value, previous, float(at))
        previous = value
        if filling.values == SMALLEST:
            blocks, filling = appended(blocks, filling), Block()
    return blocks


@given(st.integers(1, 150), st.integers(0, 1_000))
def test_blocks_together_hold_the_sums_of_all_values(number, seed):
    values = np.random.default_rng(seed).normal(size=number * SMALLEST)
    whole = joined(window(values.tolist()))
    assert whole.values == len(values)
    powers = [(values**power).sum() for power in (1, 2, 3, 4)]
    assert np.allclose([whole.first, whole.second, whole.third, whole.fourth], powers, rtol=1e-7, atol=1e-6)
    assert np.isclose(whole.neighbours, values[0] ** 2 + values[1:] @ values[:-1], rtol=1e-7, atol=1e-6)


@given(st.integers(1, 600))
def test_blocks_are_finer_the_newer_and_few_of_each_size(number):
    sizes = [block.values for block in window([0.0] * SMALLEST * number)]
    assert sizes == sorted(sizes, reverse=True)
    assert all(sizes.count(size) <= PER_SIZE for size in sizes)


def test_the_oldest_are_forgotten():
    blocks = window([1.0] * (3 * LONGEST))
    assert LONGEST <= joined(blocks).values < 2 * LONGEST
    assert blocks[0].at == 3 * LONGEST - joined(blocks).values


def test_groups_of_neighbours_are_summed_and_squared():
    values = np.random.default_rng(5).normal(size=4_096)
    blocks = window(values.tolist())
    assert np.isclose(sum(block.small_groups for block in blocks), (values.reshape(-1, SMALLEST).sum(1) ** 2).sum() / 8)
    large = [block for block in blocks if block.values >= LARGE]
    groups = values[: joined(large).values].reshape(-1, LARGE).sum(1)
    assert np.isclose(joined(large).large_groups, (groups**2).sum() / LARGE)


def test_nothing_has_no_sums():
    assert joined([]) == Block()
