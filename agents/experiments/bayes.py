"""Sums of all arms in, numbers for people who think in beliefs out: how likely each arm is the best, and what is lost.

Each mean's posterior is taken as normal around the mean that was seen (flat prior), as Berger (1985, section 4.7.8) has
it for samples that are not small. The numbers are drawn with a seed that is derived from the sums, so that equal sums
have equal numbers. They are told beside the confidence sequences and decide nothing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from agents.experiments.confidence_sequence import PRIOR_SPREAD, Sums

DRAWS: Final = 4_000
LEAST_WEIGHT: Final = 0.05
"""Of an arm that is allocated by what was learnt: what is never tried can't be found to be good."""


@dataclass(frozen=True)
class Belief:
    """What is believed of one arm."""

    probability_best: float
    """0 to 1; all arms together 1."""
    expected_loss: float
    """By how much the best arm is expected to beat this one, in the metric's unit; 0 for the certain best."""


def beliefs(arms: Mapping[str, Sums], *, scale: float, higher_is_better: bool = True) -> dict[str, Belief]:
    """Per arm. `scale` is the metric's range, high minus low. An arm without units may be anything within it."""
    draws = _draws(tuple(arms.values()), scale)
    draws = draws if higher_is_better else -draws
    best = np.bincount(draws.argmax(axis=1), minlength=len(arms)) / DRAWS
    loss = (draws.max(axis=1, keepdims=True) - draws).mean(axis=0)
    return {name: Belief(float(best[place]), float(loss[place])) for place, name in enumerate(arms)}


def thompson_weights(arms: Mapping[str, Sums], *, scale: float, higher_is_better: bool = True) -> dict[str, float]:
    """Weights by the chance to be best (Thompson 1933), at least `LEAST_WEIGHT` each; together 1."""
    found = beliefs(arms, scale=scale, higher_is_better=higher_is_better)
    spare = 1 - LEAST_WEIGHT * len(found)
    return {name: LEAST_WEIGHT + spare * belief.probability_best for name, belief in found.items()}


def _draws(arms: Sequence[Sums], scale: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Shape (DRAWS, arms)."""
    seed = [abs(hash(part)) for arm in arms for part in (arm.units, arm.total, arm.squares)]
    means = np.array([arm.mean for arm in arms])
    spreads = np.array([_spread(arm, scale) for arm in arms])
    return np.random.default_rng(seed).normal(means, spreads, size=(DRAWS, len(arms)))


def _spread(arm: Sums, scale: float) -> float:
    """Standard deviation of the mean's posterior; that of a mean of nothing spans the metric's range."""
    if arm.units < 2:  # noqa: PLR2004 - one unit has no variance
        return scale / 2
    return math.sqrt((arm.deviations + PRIOR_SPREAD * scale**2) / (arm.units - 1) / arm.units)
