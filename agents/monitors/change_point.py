"""A window of blocks in, the place in it where the mean most likely changed, and how strong the evidence for it is.

For each place between two blocks the evidence is the exponent of Chernoff's bound on the chance that the older and the
newer part lie so far from the mean of all: `n0 * I(m0) + n1 * I(m1)`, a generalised likelihood ratio. `I` is that of a
shifted gamma distribution with the variance and the tail of the window, so the same threshold fits Bernoulli variables
of any rate, bounded scores, skewed latencies and normal noise; see ADR 24 for what was measured. Where observations go
with their neighbours, as many count less: the evidence is divided by `inflation`.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from agents.monitors.blocks import LARGE, SMALLEST, Block, joined

MOST_CORRELATED: Final = 0.9
_TINY: Final = 1e-12
"""Share of the mean square below which a variance is rounding."""
_STRAIGHT: Final = 1e-4
"""Below it a gamma distribution is a normal one to nine digits."""


class Effect(NamedTuple):
    """What is too little to look at."""

    difference: float = 0.0
    """Of means."""
    deviations: float = 0.0
    """The same over the window's standard deviation."""


class Change(NamedTuple):
    """Where the mean most likely changed."""

    place: int
    """Blocks before it."""
    evidence: float
    """Minus the logarithm of a chance, nearly."""
    before: float
    after: float
    deviation: float
    """Standard deviation of the window."""


class Shape(NamedTuple):
    """Of the values in a window."""

    mean: float
    variance: float
    skewness: float
    tail: float
    """Root of the kurtosis less one: the skewness's size for signals of two values, 1.4 for normal ones."""

    def information(self, difference: float) -> float:
        """Chernoff's exponent per observation for a mean that is so far from that of the window.

        The gamma distribution's skewness is the mean of the window's, in that direction, and of its tail: right for
        rare ones among zeros, close for rare ones and minus ones, and a little too careful for normal values.
        """
        skewness = (math.copysign(self.skewness, self.skewness * difference) + self.tail) / 2
        steps = abs(difference) / math.sqrt(self.variance)
        bent = steps * skewness / 2
        if bent < _STRAIGHT:
            return steps * steps / 2
        return 4 / (skewness * skewness) * (bent - math.log1p(bent))


def shape_of(whole: Block) -> Shape | None:
    """None when there is nothing but one value."""
    if not whole.values:
        return None
    mean, square = whole.first / whole.values, whole.second / whole.values
    variance = square - mean * mean
    if variance <= _TINY * square:
        return None
    cube, fourth = whole.third / whole.values, whole.fourth / whole.values
    skewness = (cube - 3 * mean * square + 2 * mean**3) / variance**1.5
    kurtosis = (fourth - 4 * mean * cube + 6 * mean * mean * square - 3 * mean**4) / variance**2
    return Shape(mean, variance, skewness, math.sqrt(max(kurtosis - 1, skewness * skewness, 1.0)))


def strongest(blocks: Sequence[Block], minimum: int, least: Effect, needed: float) -> Change | None:
    """The likeliest change with `minimum` observations before it, an effect of `least` and the evidence `needed`."""
    whole = joined(blocks)
    shape = shape_of(whole)
    if shape is None:
        return None
    floor = max(least.difference, least.deviations * math.sqrt(shape.variance), 0.0)
    found: Change | None = None
    count, first = 0, 0.0
    for place, block in enumerate(blocks[:-1], 1):
        count, first = count + block.values, first + block.first
        if count < minimum:
            continue
        before, after = first / count, (whole.first - first) / (whole.values - count)
        if abs(after - before) < floor or _most(count, whole.values, after - before) < needed * shape.variance:
            continue
        evidence = count * shape.information(before - shape.mean)
        evidence += (whole.values - count) * shape.information(after - shape.mean)
        evidence /= inflation(blocks[:place])
        if evidence >= needed and (found is None or evidence > found.evidence):
            found = Change(place, evidence, before, after, math.sqrt(shape.variance))
    return found


def _most(count: int, whole: int, difference: float) -> float:
    """Evidence times variance if values were normal: no gamma distribution gives more, and it costs little."""
    return count * (whole - count) / whole * difference * difference / 2


def inflation(blocks: Sequence[Block]) -> float:
    """How many times less observations say together than if they came independently; 1 or more.

    The largest of three estimates of the variance of sums over what it would be: (1 + r) / (1 - r) from the correlation
    of neighbours (Bartlett 1946), and the variance of groups of `SMALLEST` and of `LARGE` neighbours (batch means),
    each less its own error. The first sees what fades at once, the others sessions and waves.
    """
    whole, large = joined(blocks), joined([block for block in blocks if block.values >= LARGE])
    mean = whole.first / whole.values
    variance = whole.second / whole.values - mean * mean
    if variance <= _TINY * whole.second / whole.values:
        return 1.0
    correlation = min(max((whole.neighbours / whole.values - mean * mean) / variance, 0.0), MOST_CORRELATED)
    return max(
        (1 + correlation) / (1 - correlation),
        _grouped(whole, whole.small_groups, SMALLEST) / variance,
        _grouped(large, large.large_groups, LARGE) / variance,
    )


def _grouped(whole: Block, squares: float, size: int) -> float:
    """Variance per observation that the sums of groups show, at least; 0 for fewer than two groups."""
    free = whole.values // size - 1
    if free < 1:
        return 0.0
    return (squares - whole.first * whole.first / whole.values) / free / (1 + math.sqrt(2 / free))
