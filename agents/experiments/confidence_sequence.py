"""Sums of two arms in, what can be said of their difference out, however often anybody looks.

The difference of two means is compared with what a mixture of alternatives expects of it: half of the mixture's weight
is a normal distribution around the smallest effect that matters, half around its negative. The likelihood ratio of such
a mixture is, at the sizes where a mean is nearly normal, a martingale under no difference, so the chance that it ever
reaches 1/alpha is at most alpha (Ville's inequality). That is the mixture sequential probability ratio test of Robbins
(1970), with plugged-in variances as Johari, Koomen, Pekelis and Walsh (2022) and, as asymptotic confidence sequences,
Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024) use it. The values of the difference that the test does not
refuse are the confidence sequence. The mixture's width was chosen by simulation (docs/adr/0016).
"""

import math
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

Numbers: TypeAlias = Any
"""A float, or an array of floats."""

LEAST_UNITS: Final = 50
"""Units per arm before which nothing is said: the mean of fewer is not nearly normal."""
PRIOR_SPREAD: Final = 0.1
"""Squared ranges of the metric that are added to each arm's sum of squared deviations: few units may all be alike."""
SPREAD_OF_MIXTURE: Final = 0.5
"""Standard deviation of each half of the mixture, as a share of the smallest effect that matters."""
_STEPS: Final = 60


@dataclass(frozen=True)
class Past:
    """The same of those units that have a past: their value now, beside what the metric was before the experiment."""

    units: int = 0
    total: float = 0.0
    """Of the values."""
    before: float = 0.0
    """Of the pasts."""
    squares: float = 0.0
    """Of the pasts."""
    products: float = 0.0
    """Of value and past."""

    def changed(self, value: float | None, past: float | None, sign: int) -> "Past":
        """With a unit added (`sign` 1) or taken out (-1); one without value or past changes nothing."""
        if value is None or past is None:
            return self
        if self.units + sign <= 0:
            return Past()
        return Past(
            self.units + sign,
            self.total + sign * value,
            self.before + sign * past,
            max(0.0, self.squares + sign * past * past),
            self.products + sign * value * past,
        )


@dataclass(frozen=True)
class Sums:
    """What is kept of one arm and metric: sums over units, so that a unit's value can be replaced by a later one."""

    units: int = 0
    total: float = 0.0
    squares: float = 0.0
    past: Past = Past()

    def replaced(
        self,
        value: float | None,
        previous: float | None,
        past: float | None = None,
        previous_past: float | None = None,
    ) -> "Sums":
        """With a unit's `value` in place of `previous`, and its `past` in place of the one before; None is none."""
        units = self.units + (value is not None) - (previous is not None)
        if units <= 0:
            return Sums()
        new, old = value or 0.0, previous or 0.0
        return Sums(
            units,
            self.total + new - old,
            max(0.0, self.squares + new * new - old * old),
            self.past.changed(value, past, 1).changed(previous, previous_past, -1),
        )

    @property
    def mean(self) -> float:
        """0 for no units."""
        return self.total / self.units if self.units else 0.0

    @property
    def deviations(self) -> float:
        """Sum of squared deviations from the mean."""
        return max(0.0, self.squares - self.units * self.mean**2) if self.units else 0.0


@dataclass(frozen=True)
class Comparison:
    """What is known of the difference treatment minus control at this look."""

    difference: float
    low: float
    high: float
    """The confidence sequence: it holds the true difference at every look together, but for a chance of alpha."""
    log_evidence: float
    """Natural logarithm of the test martingale against no difference."""

    @property
    def p_value(self) -> float:
        """Of this look; the least of all looks so far is an always valid p-value."""
        return min(1.0, math.exp(-self.log_evidence)) if self.log_evidence > 0 else 1.0


def compare(
    control: Sums, treatment: Sums, *, alpha: float, effect: float, scale: float, against: float = 0.0
) -> Comparison | None:
    """Compare two arms; None while there is too little to say anything.

    `effect` is the smallest difference that matters, in the metric's unit, `scale` the metric's range (high minus low),
    and `against` the difference that the evidence is against. Values of units lie within the range.
    """
    if min(control.units, treatment.units) < LEAST_UNITS:
        return None
    if control.deviations == treatment.deviations == 0 and control.mean == treatment.mean:
        return None  # all are alike: what is rare was not seen yet
    variance = sum(variance_of_mean(arm.deviations, arm.units, scale) for arm in (control, treatment))
    difference = treatment.mean - control.mean
    width = _half_width(variance, effect, math.log(1 / alpha))
    evidence = float(log_mixture(difference - against, variance, effect))
    return Comparison(difference, difference - width, difference + width, evidence)


def variance_of_mean(deviations: Numbers, units: Numbers, scale: float) -> Numbers:
    """Squared standard error of a mean of `units` values with this sum of squared `deviations`."""
    return (deviations + PRIOR_SPREAD * scale**2) / (units - 1) / units


def log_mixture(difference: Numbers, variance: Numbers, effect: float) -> Numbers:
    """Logarithm of the mixture's likelihood ratio for a `difference` that is estimated with `variance`.

    Takes and gives numbers, or arrays of one shape.
    """
    total = variance + (SPREAD_OF_MIXTURE * effect) ** 2
    quiet = difference**2 / (2 * variance) - 0.5 * np.log(total / variance) - math.log(2)
    halves = [-((difference - sign * effect) ** 2) / (2 * total) for sign in (1, -1)]
    return quiet + np.logaddexp(*halves)


def _half_width(variance: float, effect: float, threshold: float) -> float:
    """The difference at which the evidence reaches `threshold`; it grows with the difference, so halving finds it."""
    low, high = 0.0, math.sqrt(variance)
    while log_mixture(high, variance, effect) < threshold:
        low, high = high, 2 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if log_mixture(middle, variance, effect) < threshold else (low, middle)
    return high
