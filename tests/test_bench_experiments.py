"""The simulations of experiments do what the product does: they compare themselves with it, in small here."""

import numpy as np
import pytest

from bench import experiments_past, experiments_thompson
from bench.experiments import wilson
from bench.experiments_simulation import NEVER, first_crossing


def test_the_first_crossing_of_each_run_is_counted_from_where_looking_begins():
    crossed = np.array([[False, True, True], [False, False, False], [True, False, False]])
    assert first_crossing(crossed, 50).tolist() == [51, NEVER, 50]


def test_adjusted_numbers_find_a_difference_with_fewer_units():
    setting = experiments_past.Setting(0.7, difference=0.4, known=0.8, units=500)
    [arms] = experiments_past.runs(setting, 100, 1, lambda _: None)
    adjusted = np.median(experiments_past.first_adjusted(arms, setting))
    plain = np.median(experiments_past.first_plain(arms, setting))
    assert adjusted < 0.85 * plain


@pytest.mark.parametrize("all_counted", [False, True])
def test_weights_that_learn_are_those_of_the_product(all_counted):
    setting = experiments_thompson.Setting(all_counted, steps=1_500, users=600)
    assert experiments_thompson.ever_different(setting, 100, 1, lambda _: None) <= 0.2


def test_an_interval_of_a_share_is_wilsons():
    assert wilson(0.05, 2_000) == [0.0413, 0.0604]
