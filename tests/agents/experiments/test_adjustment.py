"""What pasts explain is taken off, as least squares would; without pasts nothing changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.experiments.adjustment import COVARIATES, adjusted, variance_removed
from agents.experiments.confidence_sequence import Sums, compare

values = st.floats(-1, 1, allow_nan=False, width=32)
units = st.lists(st.tuples(values, st.none() | values), min_size=3, max_size=40)


def sums_of(arm):
    found = Sums()
    for value, past in arm:
        found = found.replaced(value, None, past)
    return found


def drawn(count, correlation, known, seed, effect=0.0):
    """Two arms of so many units whose value goes along with their past, where they have one."""
    random = np.random.default_rng(seed)
    arms = {}
    for name in "ab":
        past, noise = random.normal(size=(2, count)) / 4
        value = correlation * past + (1 - correlation**2) ** 0.5 * noise + (effect if name == "b" else 0.0)
        has_past = random.random(count) < known
        arms[name] = [(float(v), float(p) if has else None) for v, p, has in zip(value, past, has_past, strict=True)]
    return arms


def least_squares(arms):
    """By numpy: difference of the arms, and sums of squared residuals, of value ~ arm + has a past + past."""
    rows = [(value, name == "b", past is not None, past or 0.0) for name, arm in arms.items() for value, past in arm]
    y = np.array([row[0] for row in rows])
    design = np.array([(1.0, *row[1:]) for row in rows])
    found = np.linalg.lstsq(design, y, rcond=None)[0]
    rest = (y - design @ found) ** 2
    second = design[:, 1] == 1
    return found[1], rest[~second].sum(), rest[second].sum()


@pytest.mark.parametrize(("known", "seed"), [(1.0, 1), (0.6, 2), (0.05, 3)])
def test_the_adjusted_difference_is_that_of_a_regression(known, seed):
    arms = drawn(200, 0.7, known, seed, effect=0.1)
    difference, first, second = least_squares(arms)
    found = adjusted({name: sums_of(arm) for name, arm in arms.items()})
    lost = (400 - 2) / (400 - 2 - COVARIATES)
    assert found["b"].mean - found["a"].mean == pytest.approx(difference, abs=1e-9)
    assert (found["a"].deviations, found["b"].deviations) == (
        pytest.approx(first * lost, rel=1e-6),
        pytest.approx(second * lost, rel=1e-6),
    )


def test_an_interval_shrinks_by_what_the_past_explains():
    arms = {name: sums_of(arm) for name, arm in drawn(4_000, 0.7, 1.0, 4).items()}
    less = adjusted(arms)
    about = {"alpha": 0.05, "effect": 0.05, "scale": 2.0}
    before, after = compare(arms["a"], arms["b"], **about), compare(less["a"], less["b"], **about)
    assert variance_removed(arms, less) == pytest.approx(0.49, abs=0.03)
    assert (after.high - after.low) / (before.high - before.low) == pytest.approx(0.51**0.5, abs=0.05)
    assert after.low < 0 < after.high


def test_a_stratum_that_is_worth_more_is_no_better_arm_when_it_is_more_of_one_arm():
    """Post-stratification: old hands like every answer, and by chance b has more of them."""
    arms = {"a": [(0.0, None)] * 60 + [(1.0, 0.5)] * 40, "b": [(0.0, None)] * 40 + [(1.0, 0.5)] * 60}
    found = adjusted({name: sums_of(arm) for name, arm in arms.items()})
    assert found["b"].mean - found["a"].mean == pytest.approx(0)


def test_without_any_past_all_is_as_it_is():
    arms = {"a": sums_of([(1.0, None), (0.0, None)]), "b": Sums(), "c": sums_of([(0.5, None)])}
    assert adjusted(arms) == arms


@given(units, units, st.randoms(use_true_random=False))
def test_pasts_never_add_to_the_spread_nor_leave_the_numbers_undefined(first, second, chance):
    """Equal pasts, few pasts, equal values, any order: the sums are what counts."""
    arms = {"a": sums_of(first), "b": sums_of(second)}
    found = adjusted(arms)
    lost = len(first) + len(second) - 2
    for name, sums in arms.items():
        assert np.isfinite([found[name].mean, found[name].deviations]).all()
        assert found[name].units == sums.units
    whole, rest = (sum(each.deviations for each in some.values()) for some in (arms, found))
    assert rest <= whole * lost / max(lost - COVARIATES, 1) + 1e-6
    mixed = {name: sums_of(chance.sample(arm, len(arm))) for name, arm in (("a", first), ("b", second))}
    assert adjusted(mixed)["b"].mean == pytest.approx(found["b"].mean, abs=1e-3)


@given(st.lists(st.tuples(st.integers(0, 4), st.none() | values, st.none() | values), max_size=30))
def test_sums_of_units_whose_value_or_past_changed_are_those_of_their_last(changes):
    sums, last = Sums(), {}
    for number, value, past in changes:
        was = last.get(number, (None, None))
        last[number] = (value, past)
        sums = sums.replaced(value, was[0], past, was[1])
    direct = sums_of((value, past) for value, past in last.values() if value is not None)
    assert sums.units == direct.units
    assert sums.past.units == direct.past.units
    for name in ("total", "before", "squares", "products"):
        assert getattr(sums.past, name) == pytest.approx(getattr(direct.past, name), abs=1e-6)
