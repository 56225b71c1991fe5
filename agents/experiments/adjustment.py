"""Sums of all arms in, the same without what the units' pasts explain out: fewer units say as much.

A unit's past, its mean in the metric before it was first exposed, cannot depend on its arm. So what of the values goes
along with the pasts can be taken off without moving the difference: CUPED (Deng, Xu, Kohavi and Walker 2013), with the
slopes pooled over arms. Units without a past are a stratum of their own (Miratrix, Sekhon and Yu 2013): the covariates
are whether a unit has a past, and how far that is from the mean past. The slopes are estimated from the same units; an
asymptotic confidence sequence stays one with them (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, section 3.1),
and at small numbers degrees of freedom are taken off for them. `bench/experiments.py` shows what comes of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from agents.experiments.confidence_sequence import Numbers, Sums

TINY: Final = 1e-9
"""Relative size below which a spread is rounding."""
COVARIATES: Final = 2


@dataclass(frozen=True)
class Arm:
    """Of one arm: numbers, or arrays of one shape."""

    units: Numbers
    total: Numbers
    deviations: Numbers
    known: Numbers
    """Units that have a past."""
    known_total: Numbers
    """Of their values."""
    before: Numbers
    """Of their pasts."""
    squares: Numbers
    """Of their pasts."""
    products: Numbers
    """Of value and past."""


@dataclass(frozen=True)
class _Crossed:
    """Sums of squares and products of an arm around its own means; the second covariate is the centred past."""

    known: Numbers
    both: Numbers
    spread: Numbers
    known_value: Numbers
    past_value: Numbers
    shift: Numbers
    """Mean of the second covariate over all units of the arm."""


def adjusted(arms: Mapping[str, Sums]) -> Mapping[str, Sums]:
    """Per arm sums whose mean and deviations are the adjusted ones; as they are where no unit has a past."""
    seen = {name: sums for name, sums in arms.items() if sums.units}
    if not any(sums.past.units for sums in seen.values()):
        return arms
    found = adjusted_moments([_arm(sums) for sums in seen.values()])
    changed = {
        name: Sums(sums.units, sums.units * mean, deviations + sums.units * mean**2, sums.past)
        for (name, sums), (mean, deviations) in zip(
            seen.items(), ((float(mean), float(rest)) for mean, rest in found), strict=True
        )
    }
    return {**arms, **changed}


def adjusted_moments(arms: list[Arm]) -> list[tuple[Numbers, Numbers]]:
    """Of each arm, with one unit at least, the adjusted mean and the sum of squared deviations from it."""
    units, known = sum(arm.units for arm in arms), sum(arm.known for arm in arms)
    middle = sum(arm.before for arm in arms) / np.maximum(known, 1)
    crossed = [_crossed(arm, middle) for arm in arms]
    noise = TINY * sum(arm.squares for arm in arms)
    by_known, by_past = _slopes(crossed, TINY * units, noise)
    share, shift = known / units, sum(each.shift * arm.units for each, arm in zip(crossed, arms, strict=True)) / units
    freedom = np.maximum(units - len(arms), 1.0)
    lost = freedom / np.maximum(freedom - COVARIATES, 1.0)
    found = []
    for arm, each in zip(arms, crossed, strict=True):
        gap = by_known * (arm.known / arm.units - share) + by_past * (each.shift - shift)
        less = 2 * (by_known * each.known_value + by_past * each.past_value) - (
            by_known**2 * each.known + 2 * by_known * by_past * each.both + by_past**2 * each.spread
        )
        found.append((arm.total / arm.units - gap, np.maximum(arm.deviations - less, 0.0) * lost))
    return found


def variance_removed(before: Mapping[str, Sums], after: Mapping[str, Sums]) -> float:
    """Share of the variance within arms that the adjustment took away, from 0 to 1."""
    whole, rest = (sum(sums.deviations for sums in arms.values()) for arms in (before, after))
    return max(0.0, 1 - rest / whole) if whole > 0 else 0.0


def _arm(sums: Sums) -> Arm:
    past = sums.past
    return Arm(
        float(sums.units),
        sums.total,
        sums.deviations,
        float(past.units),
        past.total,
        past.before,
        past.squares,
        past.products,
    )


def _crossed(arm: Arm, middle: Numbers) -> _Crossed:
    centred = arm.before - middle * arm.known
    squares = arm.squares - 2 * middle * arm.before + middle**2 * arm.known
    mean = arm.total / arm.units
    return _Crossed(
        known=arm.known - arm.known**2 / arm.units,
        both=centred - centred * arm.known / arm.units,
        spread=squares - centred**2 / arm.units,
        known_value=arm.known_total - arm.known * mean,
        past_value=arm.products - middle * arm.known_total - centred * mean,
        shift=centred / arm.units,
    )


def _slopes(crossed: list[_Crossed], least_known: Numbers, least_spread: Numbers) -> tuple[Numbers, Numbers]:
    """Least squares; a covariate that is the same for all units, or says the same as the other, has none."""
    known, both, spread = (sum(getattr(each, name) for each in crossed) for name in ("known", "both", "spread"))
    of_known, of_past = (sum(getattr(each, name) for each in crossed) for name in ("known_value", "past_value"))
    has_known, has_past = known > least_known, spread > least_spread
    determinant = known * spread - both**2
    has_both = has_known & has_past & (determinant > TINY * known * spread)
    divisor = np.where(has_both, determinant, 1.0)
    alone_past = np.where(has_past, of_past / np.where(has_past, spread, 1.0), 0.0)
    alone_known = np.where(has_known & ~has_past, of_known / np.where(has_known, known, 1.0), 0.0)
    return (
        np.where(has_both, (spread * of_known - both * of_past) / divisor, alone_known),
        np.where(has_both, (known * of_past - both * of_known) / divisor, alone_past),
    )
