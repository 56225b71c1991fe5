"""Observations in, sums over blocks of them out: a window of the latest ones in a few dozen blocks, finer the newer.

An exponential histogram (Datar, Gionis, Indyk and Motwani, SIAM Journal on Computing 31, 2002), as ADWIN has it (Bifet
and Gavalda, SDM 2007), with two more moments, and with what tells whether neighbours go together. Sums keep ten
digits, so that a state is small as JSON.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

SMALLEST: Final = 8
"""Observations in the newest blocks; the others hold this times a power of two."""
LONGEST: Final = 16_384
"""Observations of the window, about: older ones are forgotten."""
LARGE: Final = 8 * SMALLEST
"""Observations of larger groups."""
PER_SIZE: Final = 3
"""Blocks of one size; where there would be one more, the two oldest become one."""


class Block(NamedTuple):
    """Sums over neighbouring observations."""

    values: int = 0
    """How many."""
    first: float = 0.0
    second: float = 0.0
    third: float = 0.0
    fourth: float = 0.0
    """Of powers of the values."""
    neighbours: float = 0.0
    """Of products of each value and the one before it."""
    small_groups: float = 0.0
    """Of squared sums of `SMALLEST` neighbours, over `SMALLEST`."""
    large_groups: float = 0.0
    """Of squared sums of `LARGE` neighbours, over `LARGE`; 0 in smaller blocks."""
    at: float = 0.0
    """Time of the first, seconds since 1970."""

    @property
    def mean(self) -> float:
        """Of the values. Raises `ZeroDivisionError` for an empty block."""
        return self.first / self.values

    def with_value(self, value: float, previous: float, at: float) -> "Block":
        """With one more observation."""
        square = value * value
        return Block(
            self.values + 1,
            self.first + value,
            self.second + square,
            self.third + square * value,
            self.fourth + square * square,
            self.neighbours + value * previous,
            at=self.at if self.values else at,
        )


def joined(blocks: Sequence[Block]) -> Block:
    """One block that holds them all; an empty one for none."""
    if not blocks:
        return Block()
    values, *sums, at = zip(*blocks, strict=True)
    return Block._make((sum(values), *map(_short, sums), at[0]))


def appended(blocks: tuple[Block, ...], newest: Block) -> tuple[Block, ...]:
    """Oldest first, with one more of `SMALLEST`: blocks of a size become one where there are too many of them."""
    kept = [*blocks, joined([newest._replace(small_groups=newest.first * newest.first / SMALLEST)])]
    size, end = SMALLEST, len(kept)
    while True:
        start = end
        while start and kept[start - 1].values == size:
            start -= 1
        if end - start <= PER_SIZE:
            break
        larger = joined(kept[start : start + 2])
        if larger.values == LARGE:
            larger = larger._replace(large_groups=_short([larger.first * larger.first / LARGE]))
        kept[start : start + 2] = [larger]
        size, end = size * 2, start + 1
    while sum(block.values for block in kept) - kept[0].values >= LONGEST:
        del kept[0]
    return tuple(kept)


def _short(sums: Sequence[float]) -> float:
    return float(f"{sum(sums):.10g}")
