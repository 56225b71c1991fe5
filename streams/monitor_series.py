"""Values over time in, their course in a line of characters out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

BARS: Final = "▁▂▃▄▅▆▇█"
WIDTH: Final = 60
MOST: Final = 2_000
"""Stretches of time that are kept apart; where there are more, two become one."""


@dataclass
class Series:
    """Sums of a signal over stretches of time, which grow as time does: memory is bounded."""

    step_s: float = 1.0
    sums: dict[int, tuple[float, int]] = field(default_factory=dict)

    def add(self, at: datetime, value: float) -> None:
        """One value."""
        number = int(at.timestamp() // self.step_s)
        total, count = self.sums.get(number, (0.0, 0))
        self.sums[number] = total + value, count + 1
        if len(self.sums) > MOST:
            self._coarsen()

    @property
    def count(self) -> int:
        """Values so far."""
        return sum(count for _, count in self.sums.values())

    def means(self, begin: datetime, end: datetime, width: int = WIDTH) -> list[float | None]:
        """The mean of each of `width` stretches from `begin` to `end`; None where nothing came."""
        start, length = begin.timestamp(), max(1e-6, (end - begin).total_seconds())
        cells = [(0.0, 0)] * width
        for number, (total, count) in self.sums.items():
            place = int(((number + 0.5) * self.step_s - start) / length * width)
            place = min(max(place, 0), width - 1)
            cells[place] = cells[place][0] + total, cells[place][1] + count
        return [total / count if count else None for total, count in cells]

    def _coarsen(self) -> None:
        self.step_s *= 2
        halved: dict[int, tuple[float, int]] = {}
        for number, (total, count) in self.sums.items():
            there = halved.get(number // 2, (0.0, 0))
            halved[number // 2] = there[0] + total, there[1] + count
        self.sums = halved


def sparkline(means: Iterable[float | None]) -> str:
    """A bar for each mean, from the least to the greatest of them; a blank where there is none."""
    means = list(means)
    known = [each for each in means if each is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    scale = (len(BARS) - 1) / (high - low) if high > low else 0.0
    return "".join(" " if each is None else BARS[round((each - low) * scale)] for each in means)


def marks(spans: Iterable[tuple[datetime, datetime]], begin: datetime, end: datetime, width: int = WIDTH) -> str:
    """`^` under the stretches of time in which something was raised."""
    length = max(1e-6, (end - begin).total_seconds())
    line = [" "] * width
    for since, until in spans:
        first = int((since - begin).total_seconds() / length * width)
        last = int((until - begin).total_seconds() / length * width)
        for place in range(max(0, first), min(width - 1, last) + 1):
            line[place] = "^"
    return "".join(line).rstrip()
