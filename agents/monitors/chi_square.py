"""Counts of categories in two windows in, the chance that they come from one distribution out."""

import math
from collections.abc import Mapping
from typing import Final

EXPECTED: Final = 5.0
"""Categories of which fewer are expected in either window count as one (Cochran, Biometrics 10, 1954)."""


def homogeneity(first: Mapping[str, int], second: Mapping[str, int]) -> float:
    """The p-value of Pearson's test that two samples are spread alike; 1 when there is nothing to tell apart."""
    sizes = sum(first.values()), sum(second.values())
    whole = sum(sizes)
    if not all(sizes):
        return 1.0
    rows: list[tuple[int, int]] = []
    rare = (0, 0)
    for name in {**first, **second}:
        pair = first.get(name, 0), second.get(name, 0)
        if sum(pair) * min(sizes) / whole < EXPECTED:
            rare = rare[0] + pair[0], rare[1] + pair[1]
        else:
            rows.append(pair)
    if sum(rare) * min(sizes) / whole >= EXPECTED or not rows:
        rows.append(rare)
    expected = [(sum(pair) * sizes[0] / whole, sum(pair) * sizes[1] / whole) for pair in rows]
    statistic = sum(
        (found - awaited) ** 2 / awaited
        for pair, both in zip(rows, expected, strict=True)
        for found, awaited in zip(pair, both, strict=True)
        if awaited
    )
    return survival(statistic, len(rows) - 1)


def survival(statistic: float, degrees: int) -> float:
    """Chance that a chi-squared variable of so many degrees of freedom is at least this.

    A finite sum for whole degrees (Abramowitz and Stegun, 26.4.4 and 26.4.5). 1 for none.
    """
    if degrees < 1 or statistic <= 0:
        return 1.0
    half = statistic / 2
    odd = degrees % 2
    term = 2 * math.sqrt(half / math.pi) if odd else 1.0
    total = 0.0
    for place in range(degrees // 2):
        total += term
        term *= half / (place + (1.5 if odd else 1.0))
    return min(1.0, (math.erfc(math.sqrt(half)) if odd else 0.0) + math.exp(-half) * total)


def stability(reference: Mapping[str, int], recent: Mapping[str, int]) -> float:
    """Population stability index of the recent counts against the reference, less what chance alone adds to it.

    Half an observation is added to each category, so that a new one has a finite share. By chance the index is about
    `(categories - 1) * (1 / m + 1 / n)` (Yurdakul, Western Michigan University 2018). 0 or more.
    """
    names = {**reference, **recent}
    if len(names) < 2 or not reference or not recent:  # noqa: PLR2004 - two categories to differ in
        return 0.0
    m, n = sum(reference.values()), sum(recent.values())
    wide = len(names) / 2
    index = 0.0
    for name in names:
        was, now = (reference.get(name, 0) + 0.5) / (m + wide), (recent.get(name, 0) + 0.5) / (n + wide)
        index += (now - was) * math.log(now / was)
    return max(0.0, index - (len(names) - 1) * (1 / m + 1 / n))
