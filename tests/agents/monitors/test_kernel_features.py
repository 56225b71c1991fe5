import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.monitors.kernel_features import BANDWIDTH, DIRECTIONS, FEATURES, features, projected
from agents.sketches import sketch

EXPECTED = (0.0903, 0.00722, -0.20317, -0.01585, 0.0623, 0.03966, 0.08098, 0.08836)
"""Components of a direction, then features of it."""


@given(st.binary(min_size=16, max_size=16))
def test_a_projection_has_length_one_or_no_direction_at_all(raw: bytes) -> None:
    direction = projected(raw)
    assert direction.shape == (DIRECTIONS,)
    assert np.isclose(np.linalg.norm(direction), 1.0, atol=1e-5) or not any(np.frombuffer(raw, np.int8))


def test_the_numbers_are_the_same_on_every_machine_and_in_every_version() -> None:
    found = projected(sketch(np.arange(384, dtype=np.float32) - 192.0))
    assert np.allclose(found[:4], EXPECTED[:4], atol=1e-4)
    assert np.allclose(features(found)[:4], EXPECTED[4:], atol=1e-4)


def test_products_of_features_are_those_of_a_gaussian_kernel() -> None:
    chance = np.random.default_rng(3)
    directions = [projected(sketch(chance.normal(size=384).astype(np.float32))) for _ in range(60)]
    mapped = np.stack([features(each) for each in directions])
    assert mapped.shape == (60, FEATURES)
    assert np.allclose(np.linalg.norm(mapped, axis=1), 1.0, atol=1e-5)
    apart = np.array([[np.sum((one - other) ** 2) for other in directions] for one in directions])
    kernel = np.exp(-apart / (2 * BANDWIDTH**2))
    assert np.abs(mapped @ mapped.T - kernel).mean() < 0.06


def test_near_questions_stay_near_when_projected() -> None:
    chance = np.random.default_rng(4)
    one = chance.normal(size=384).astype(np.float32)
    near, far = one + 0.3 * chance.normal(size=384).astype(np.float32), chance.normal(size=384).astype(np.float32)
    assert projected(sketch(one)) @ projected(sketch(near)) > 0.85
    assert abs(projected(sketch(one)) @ projected(sketch(far))) < 0.5
