import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.sketches import sketch, unsketch


@given(st.integers(0, 2**32 - 1))
def test_cosines_between_sketches_are_those_between_the_vectors(seed):
    first, second = np.random.default_rng(seed).normal(size=(2, 384)).astype(np.float32)
    cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    assert abs(float(unsketch(sketch(first)) @ unsketch(sketch(second))) - cosine) < 0.01


def test_a_vector_without_a_direction_has_a_sketch_of_zeros():
    assert sketch(np.zeros(4, np.float32)) == bytes(4)
    assert sketch(np.full(4, np.nan, np.float32)) == bytes(4)
    assert not unsketch(bytes(4)).any()
