"""Simulated experiments in, what the statistics of experiments say at every look out; runs are made in batches."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.experiments.confidence_sequence import LEAST_UNITS, log_mixture, variance_of_mean
from agents.experiments.ratio_mismatch import ALPHA, CONCENTRATION, FLOOR, centres, log_evidence
from agents.experiments.ratio_mismatch import LEAST_UNITS as LEAST_SPLIT

BATCH = 100
NEVER = np.iinfo(np.int64).max
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """Two arms with a chance to help each; the effect is the smallest that matters."""

    control: float
    treatment: float
    effect: float
    units: int
    """Most units per arm."""
    alpha: float = 0.05


def runs(setting: Setting, count: int, seed: int, done: Callable[[int], None]) -> Iterator[tuple[Floats, Floats]]:
    """Ones so far per arm, shape (BATCH, units) each, until `count` runs are done."""
    random = np.random.default_rng(seed)
    for _ in range(count // BATCH):
        arms = (
            np.cumsum(random.random((BATCH, setting.units), dtype=np.float32) < chance, axis=1, dtype=np.float64)
            for chance in (setting.control, setting.treatment)
        )
        yield next(arms), next(arms)
        done(BATCH)


def first_sequential(ones: tuple[Floats, Floats], setting: Setting) -> NDArray[np.int64]:
    """Units per arm at which each run's confidence sequence first excludes no difference, `NEVER` if it does not."""
    units = np.arange(1, setting.units + 1, dtype=np.float64)[LEAST_UNITS - 1 :]
    control, treatment = (arm[:, LEAST_UNITS - 1 :] for arm in ones)
    variance = sum(variance_of_mean(arm - arm**2 / units, units, 1.0) for arm in (control, treatment))
    evidence = log_mixture((treatment - control) / units, variance, setting.effect)
    return first_crossing(evidence >= math.log(1 / setting.alpha), LEAST_UNITS)


def first_z(ones: tuple[Floats, Floats], setting: Setting) -> NDArray[np.int64]:
    """The same for a test that is made for one look, at a fixed number of units, and is looked at all the time."""
    units = np.arange(1, setting.units + 1, dtype=np.float64)[LEAST_UNITS - 1 :]
    control, treatment = (arm[:, LEAST_UNITS - 1 :] / units for arm in ones)
    variance = (control * (1 - control) + treatment * (1 - treatment)) / units
    z = np.abs(treatment - control) / np.sqrt(np.maximum(variance, 1e-12))
    return first_crossing(z >= 1.959964, LEAST_UNITS)


def fixed_units(setting: Setting) -> float:
    """Units per arm of a two-sided z-test at 5 % with 80 % power (Fleiss, Levin and Paik 2003, chapter 4)."""
    spread = setting.control * (1 - setting.control) + setting.treatment * (1 - setting.treatment)
    return (1.959964 + 0.841621) ** 2 * spread / (setting.treatment - setting.control) ** 2


def mismatch_detected(chance: float, count: int, exposures: int, seed: int, done: Callable[[int], None]) -> float:
    """Share of runs in which a split that is really `chance` is found not to be even, within `exposures` units."""
    random = np.random.default_rng(seed)
    units = np.arange(1, exposures + 1, dtype=np.float64)
    found = 0
    for _ in range(count // BATCH):
        first = random.random((BATCH, exposures), dtype=np.float32) < chance
        ones = np.cumsum(first, axis=1, dtype=np.float64)
        # What a unit adds to the evidence: how likely a Dirichlet-multinomial found its arm, over one half.
        before = np.where(first, ones - 1, units - 1 - (ones - first))
        paths = [
            np.cumsum(
                np.log(2 * (CONCENTRATION * np.where(first, *centre) + before) / (CONCENTRATION + units - 1)), axis=1
            )
            for centre in centres((0.5, 0.5))
        ]
        evidence = np.logaddexp.reduce(paths) - np.log(len(paths))
        last = int(ones[0, -1])
        if not math.isclose(evidence[0, -1], log_evidence((last, exposures - last), (1, 1)), abs_tol=1e-5):
            raise AssertionError("the sum over units differs from the product's own evidence")
        largest = np.maximum.accumulate(evidence, axis=1)
        off = np.abs(ones / units - 0.5) >= FLOOR
        wrong = (largest >= math.log(1 / ALPHA)) & off & (units >= LEAST_SPLIT)
        found += int(wrong.any(axis=1).sum())
        done(BATCH)
    return found / (count // BATCH * BATCH)


def first_crossing(crossed: NDArray[np.bool_], begins: int) -> NDArray[np.int64]:
    """Place of the first True in each row, counted from `begins`; `NEVER` where there is none."""
    return np.where(crossed.any(axis=1), crossed.argmax(axis=1) + begins, NEVER)
