"""Simulated experiments whose units have a past in, units at which adjusted and plain numbers decide out.

A unit's value is normal around its arm's mean; where it has a past, the two correlate. Those without a past are worth
less, as newcomers may be. What decides is the product's own arithmetic, on running sums of all runs at once.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.experiments.adjustment import Arm, adjusted, adjusted_moments
from agents.experiments.confidence_sequence import LEAST_UNITS, Past, Sums, log_mixture, variance_of_mean
from bench.experiments_simulation import BATCH, Floats, first_crossing

SCALE = 6.0
"""Range of the metric: values beyond three standard deviations are not cut, so that correlations are as said."""
NEWCOMERS = -0.3
"""What a unit without a past is worth less, in standard deviations."""


@dataclass(frozen=True)
class Setting:
    """Two arms; the value's standard deviation is 1, but for what newcomers are worth less."""

    correlation: float
    difference: float = 0.0
    effect: float = 0.2
    known: float = 1.0
    """Share of the units that have a past."""
    heavy: bool = False
    """Whether values and pasts are Student's with 3 degrees of freedom rather than normal."""
    units: int = 2_000
    """Most units per arm."""
    alpha: float = 0.05


def runs(setting: Setting, count: int, seed: int, done: Callable[[int], None]) -> Iterator[tuple[Arm, Arm]]:
    """Sums so far per arm, shape (BATCH, units) each, until `count` runs are done."""
    random = np.random.default_rng(seed)
    for _ in range(count // BATCH):
        yield _arm(setting, 0.0, random), _arm(setting, setting.difference, random)
        done(BATCH)


def first_adjusted(arms: tuple[Arm, Arm], setting: Setting) -> NDArray[np.int64]:
    """Units per arm at which each run's adjusted sequence first excludes no difference, `NEVER` if it does not."""
    moments = adjusted_moments(list(arms))
    _same_as_the_product(arms, moments)
    return _first([mean for mean, _ in moments], [rest for _, rest in moments], setting)


def first_plain(arms: tuple[Arm, Arm], setting: Setting) -> NDArray[np.int64]:
    """The same of the numbers as they are."""
    return _first([arm.total / arm.units for arm in arms], [arm.deviations for arm in arms], setting)


def _arm(setting: Setting, difference: float, random: np.random.Generator) -> Arm:
    shape = (BATCH, setting.units)
    past, noise = (
        random.standard_t(3, shape) / math.sqrt(3) if setting.heavy else random.normal(size=shape) for _ in range(2)
    )
    known = random.random(shape) < setting.known
    value = setting.correlation * past + math.sqrt(1 - setting.correlation**2) * noise + difference
    value = np.where(known, value, value + NEWCOMERS)
    past = np.where(known, past, 0.0)
    units = np.broadcast_to(np.arange(1.0, setting.units + 1), shape)
    total, squares = _so_far(value), _so_far(value**2)
    return Arm(
        units=units,
        total=total,
        deviations=squares - total**2 / units,
        known=_so_far(known),
        known_total=_so_far(known * value),
        before=_so_far(past),
        squares=_so_far(past**2),
        products=_so_far(past * value),
    )


def _first(means: list[Floats], deviations: list[Floats], setting: Setting) -> NDArray[np.int64]:
    looks = slice(LEAST_UNITS - 1, None)
    units = np.arange(1.0, setting.units + 1)[looks]
    variance = sum(variance_of_mean(each[:, looks], units, SCALE) for each in deviations)
    evidence = log_mixture((means[1] - means[0])[:, looks], variance, setting.effect)
    return first_crossing(evidence >= math.log(1 / setting.alpha), LEAST_UNITS)


def _so_far(values: NDArray[np.generic]) -> Floats:
    return np.cumsum(values, axis=1, dtype=np.float64)


def _same_as_the_product(arms: tuple[Arm, Arm], moments: list[tuple[Floats, Floats]]) -> None:
    """The last look of the first run, by what the learn role uses."""
    sums = {str(place): _sums(arm) for place, arm in enumerate(arms)}
    for place, found in adjusted(sums).items():
        mean, rest = (float(each[0, -1]) for each in moments[int(place)])
        if not math.isclose(found.mean, mean, abs_tol=1e-9) or not math.isclose(found.deviations, rest, rel_tol=1e-6):
            raise AssertionError("the simulation's adjustment differs from the product's own")


def _sums(arm: Arm) -> Sums:
    units, total, deviations, known, known_total, before, squares, products = (
        float(getattr(arm, name)[0, -1]) for name in Arm.__dataclass_fields__
    )
    past = Past(int(known), known_total, before, squares, products)
    return Sums(int(units), total, deviations + total**2 / units, past)
