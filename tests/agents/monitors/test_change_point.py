import math

import numpy as np
import pytest

from agents.monitors.blocks import joined
from agents.monitors.change_point import Effect, Shape, inflation, shape_of, strongest
from tests.agents.monitors.test_blocks import window

NO_LEAST = Effect()


def divergence(one, other):
    """Kullback-Leibler divergence of two Bernoulli distributions."""
    return one * math.log(one / other) + (1 - one) * math.log((1 - one) / (1 - other))


def test_the_shape_of_a_window_is_that_of_its_values():
    values = np.random.default_rng(1).gamma(2.0, size=8_000)
    shape = shape_of(joined(window(values.tolist())))
    centred = (values - values.mean()) / values.std()
    assert shape.mean == pytest.approx(values.mean())
    assert shape.variance == pytest.approx(values.var())
    assert shape.skewness == pytest.approx((centred**3).mean())
    assert shape.tail == pytest.approx(math.sqrt((centred**4).mean() - 1))


def test_one_value_alone_has_no_shape():
    assert shape_of(joined(window([0.1] * 80))) is None
    assert shape_of(joined([])) is None


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.1, 0.5])
@pytest.mark.parametrize("factor", [0.5, 1.2, 2.0])
def test_the_information_of_a_rate_is_about_that_of_bernoulli_variables_and_hardly_more(rate, factor):
    variance = rate * (1 - rate)
    skewness = (1 - 2 * rate) / math.sqrt(variance)
    shape = Shape(rate, variance, skewness, math.sqrt(max(skewness**2, 1.0)))
    told = shape.information(rate * factor - rate)
    true = divergence(min(rate * factor, 0.999), rate)
    assert 0.55 * true < told < 1.02 * true


@pytest.mark.parametrize("difference", [-1.0, -0.2, 0.2, 1.0])
def test_the_information_of_normal_values_is_a_little_less_than_theirs(difference):
    told = Shape(0.0, 1.0, 0.0, math.sqrt(2)).information(difference)
    assert 0.75 < told / (difference**2 / 2) < 1


def test_the_place_is_where_the_mean_changed():
    values = np.random.default_rng(2).normal(size=4_096)
    values[3_072:] += 0.5
    blocks = window(values.tolist())
    change = strongest(blocks, 100, NO_LEAST, 20.0)
    assert abs(joined(blocks[: change.place]).values - 3_072) < 300
    assert change.after - change.before == pytest.approx(0.5, abs=0.1)


def test_without_the_evidence_the_effect_or_the_observations_before_it_there_is_none():
    values = np.random.default_rng(2).normal(size=2_048)
    values[1_024:] += 0.5
    blocks = window(values.tolist())
    assert strongest(blocks, 100, NO_LEAST, 1_000.0) is None
    assert strongest(blocks, 100, Effect(difference=0.8), 20.0) is None
    assert strongest(blocks, 100, Effect(deviations=0.8), 20.0) is None
    assert strongest(blocks, 2_000, NO_LEAST, 20.0) is None


def waves(noise, correlation):
    found = noise * math.sqrt(1 - correlation**2)
    for place in range(1, len(noise)):
        found[place] += correlation * found[place - 1]
    return found


def test_observations_that_go_with_their_neighbours_say_less():
    first, second = np.random.default_rng(3).normal(size=(2, 40_000))
    sessions = np.repeat(first[:4_000], 10) * math.sqrt(0.3) + second * math.sqrt(0.7)
    for values, expected in ((first, 1.0), (waves(first, 0.5), 3.0), (sessions, 3.4)):
        assert inflation(window(values.tolist())) == pytest.approx(expected, rel=0.15)
    slow = inflation(window((0.3 * waves(first, 0.98) + second).tolist()))
    assert 3 < slow < 10


def test_a_constant_or_a_single_block_has_no_neighbours_to_go_with():
    assert inflation(window([0.3] * 800)) == 1.0
    assert inflation(window([0.0, 1.0] * 4)) == 1.0
