"""Simulated A/A experiments whose weights follow what was learnt in, the share that is ever declared different out.

Users come back, looks come as the product's, and each look may move the weights. A user that the new weights have given
to the other arm is dropped from both, as the learn role does it; a fifth asks ten times as often as the others, and may
be worth more. Counted are those whose weights never move, as in the product, or all, to show what that would cost.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from agents.experiments.assignment import MEASURED
from agents.experiments.bayes import LEAST_WEIGHT, thompson_weights
from agents.experiments.confidence_sequence import LEAST_UNITS, Sums, log_mixture, variance_of_mean
from agents.experiments.decide import MOVED
from agents.experiments.tally import LOOKS
from bench.experiments_simulation import BATCH, Floats

RAMPED = 200
"""Units after which weights are moved: the ramp is over then."""
OFTEN = 10.0
CLOSE = 0.05
"""How far a chance from so many draws may be off."""


@dataclass(frozen=True)
class Setting:
    """Equal arms; a unit's value is 1 at its chance, else 0."""

    all_counted: bool
    more: float = 0.0
    """How much more those are worth who ask often; the others are worth a quarter of that less."""
    steps: int = 12_000
    """Answers in all."""
    users: int = 4_000
    chance: float = 0.5
    effect: float = 0.1
    alpha: float = 0.05


def ever_different(setting: Setting, count: int, seed: int, done: Callable[[int], None]) -> float:
    """Share of `count` runs."""
    random = np.random.default_rng(seed)
    found = 0
    for _ in range(count // BATCH):
        found += int(_Batch(setting, random).run().sum())
        done(BATCH)
    return found / (count // BATCH * BATCH)


class _Batch:
    """Runs side by side: `units` and `total` have shape (BATCH, 2)."""

    def __init__(self, setting: Setting, random: np.random.Generator) -> None:
        self._setting, self._random = setting, random
        self._rows = np.arange(BATCH)
        self._units, self._total = np.zeros((BATCH, 2)), np.zeros((BATCH, 2))
        self._weight = np.full(BATCH, 0.5)
        self._different = np.zeros(BATCH, dtype=bool)
        shape = (BATCH, setting.users)
        self._kept = random.random(shape) < MEASURED
        often = np.arange(setting.users) % 5 == 0
        asks = np.where(often, OFTEN, 1.0)
        self._asks = np.cumsum(asks) / asks.sum()
        chances = setting.chance + np.where(often, setting.more, -setting.more / 4)
        self._values = random.random(shape) < chances
        self._places = random.random(shape)
        self._first = np.full(shape, -1, dtype=np.int8)
        self._mixed = np.zeros(shape, dtype=bool)

    def run(self) -> NDArray[np.bool_]:
        looked = 0
        for step in range(1, self._setting.steps + 1):
            self._ask()
            if step - looked >= max(1, step // LOOKS):
                looked = step
                self._look(step)
        return self._different

    def _ask(self) -> None:
        place = self._rows, np.searchsorted(self._asks, self._random.random(BATCH))
        kept = self._kept[place] & (not self._setting.all_counted)
        arm = (self._places[place] < np.where(kept, 0.5, self._weight)).astype(int)
        counted = kept | self._setting.all_counted
        first, value = self._first[place], self._values[place]
        new, moved = counted & (first < 0), counted & (first >= 0) & (first != arm) & ~self._mixed[place]
        for who, whose, sign in ((new, arm, 1), (moved, first, -1)):
            self._units[self._rows[who], whose[who]] += sign
            self._total[self._rows[who], whose[who]] += sign * value[who]
        self._first[place] = np.where(first < 0, arm, first)
        self._mixed[place] |= moved

    def _look(self, step: int) -> None:
        units = np.maximum(self._units, 2)
        mean = self._total / units
        variance = variance_of_mean(self._total - units * mean**2, units, 1.0).sum(axis=1)
        difference = mean[:, 1] - mean[:, 0]
        enough = self._units.min(axis=1) >= LEAST_UNITS
        evidence = log_mixture(difference, variance, self._setting.effect)
        self._different |= enough & (evidence >= math.log(1 / self._setting.alpha))
        if step >= RAMPED:
            learnt = LEAST_WEIGHT + (1 - 2 * LEAST_WEIGHT) * _chance_to_be_best(difference / np.sqrt(variance))
            self._same_as_the_product(float(learnt[0]))
            self._weight = np.where(np.abs(learnt - self._weight) >= MOVED, learnt, self._weight)

    def _same_as_the_product(self, learnt: float) -> None:
        """The first run's weight, by what the learn role uses."""
        if self._units[0].min() < LEAST_UNITS:
            return
        both = zip("ab", self._units[0], self._total[0], strict=True)
        theirs = thompson_weights({name: Sums(int(n), float(t), float(t)) for name, n, t in both}, scale=1.0)
        if abs(theirs["b"] - learnt) > CLOSE:
            raise AssertionError("the simulation's weights differ from the product's own")


def _chance_to_be_best(z: Floats) -> Floats:
    """Of the second of two arms, whose difference has this number of standard errors."""
    cdf = NormalDist().cdf
    return np.array([cdf(float(each)) for each in z])
