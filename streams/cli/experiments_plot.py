"""Looks at a difference in, its confidence sequence over time as a plot of characters out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from streams.experiment_history import Look

WIDTH: Final = 60
HEIGHT: Final = 15


def bounds(looks: Sequence[Look]) -> tuple[float, float]:
    """Least and greatest value to show, zero included.

    The first looks know nothing and would make all that is known later a thin line, so what came in the first quarter
    of the time may run out of the picture.
    """
    later = sampled(looks)[WIDTH // 4 :]
    low, high = min(0.0, *(each.low for each in later)), max(0.0, *(each.high for each in later))
    room = (high - low) * 0.05 or 1.0
    return low - room, high + room


def sampled(looks: Sequence[Look], columns: int = WIDTH + 1) -> list[Look]:
    """For each of evenly spaced moments the last look up to then."""
    begin, end = looks[0].at, looks[-1].at
    step = (end - begin) / max(1, columns - 1)
    found = []
    place = 0
    for column in range(columns):
        moment = end if column == columns - 1 else begin + step * column
        while place + 1 < len(looks) and looks[place + 1].at <= moment:
            place += 1
        found.append(looks[place])
    return found


def terminal_plot(looks: Sequence[Look]) -> str:
    """Time from left to right, the difference from the control upwards: `o` is the estimate, `:` what is possible."""
    low, high = bounds(looks)

    def row(value: float) -> int:
        return round((high - min(max(value, low), high)) / (high - low) * HEIGHT)

    grid = [[" "] * (WIDTH + 1) for _ in range(HEIGHT + 1)]
    for column, look in enumerate(sampled(looks)):
        for place in range(row(look.high), row(look.low) + 1):
            grid[place][column] = ":"
        grid[row(0.0)][column] = "-"
        grid[row(look.difference)][column] = "o"
    lines = []
    for place, cells in enumerate(grid):
        value = high - place / HEIGHT * (high - low)
        label = f"{value:+9.4f}" if place % 3 == 0 and place != row(0.0) else " " * 9
        lines.append(f"{'        0' if place == row(0.0) else label} |{''.join(cells).rstrip()}")
    begin, end = moment(looks[0].at), moment(looks[-1].at)
    axis = " " * 10 + "+" + "-" * (WIDTH + 1)
    return "\n".join([*lines, axis, " " * 11 + begin + end.rjust(WIDTH + 1 - len(begin))])


def moment(at: datetime) -> str:
    """To the minute, in UTC."""
    return f"{at:%Y-%m-%d %H:%M}"
