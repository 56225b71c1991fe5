"""Values in, values less what their hour of the week is used to out.

Each hour of the week (168 of them, UTC) has a usual deviation from the level of the signal. In the first week only that
is learned. Then each hour that ends moves its deviation by half of what it missed it by, so a level that changed is no
pattern until it comes again, and a pattern that changed is known after three weeks. The noise of a pattern learned from
one or a few weeks is shared by all observations of an hour; `DOUBT` is what that costs (ADR 24).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from schemas.event import UtcDatetime, Value

HOURS: Final = 168
DOUBT: Final = 2.0
"""How many times less an observation says than without a pattern."""
LATE: Final = 3
"""Hours by which a value may come late: it is no part of what its hour is used to, and ends no hour."""
_WEEK: Final = timedelta(weeks=1)


class Seasonality(Value):
    """What is known of the week."""

    began: UtcDatetime | None = None
    learned: bool = False
    """Whether a week has passed."""
    usual: tuple[float | None, ...] = (None,) * HOURS
    """Deviation from the level by hour, Monday's first hour first; means of the values before a week has passed."""
    hour: int = 0
    count: int = 0
    total: float = 0.0
    """Of the values in the hour that is going on."""


def expected(
    seasonality: Seasonality, at: datetime, value: float, level: Callable[[], float]
) -> tuple[Seasonality, float | None]:
    """The value without its hour's usual deviation; None where that is not known yet.

    `level` gives the mean of what was returned lately; it is asked when an hour ends.
    """
    hour = at.weekday() * 24 + at.hour
    if seasonality.began is None:
        seasonality = Seasonality(began=at, hour=hour)
    if 0 < (hour - seasonality.hour) % HOURS < HOURS - LATE:
        seasonality = _ended(seasonality, at, hour, level)
    usual = seasonality.usual[hour] if seasonality.learned else None
    updated = seasonality
    if hour == seasonality.hour:
        updated = seasonality.model_copy(update={"count": seasonality.count + 1, "total": seasonality.total + value})
    return updated, None if usual is None else value - usual


def _ended(ended: Seasonality, at: datetime, hour: int, level: Callable[[], float]) -> Seasonality:
    """An hour is over: what it had is learned, and the next one begins."""
    usual = list(ended.usual)
    if ended.count:
        seen, known = ended.total / ended.count - (level() if ended.learned else 0.0), usual[ended.hour]
        usual[ended.hour] = _short(seen if known is None else (known + seen) / 2)
    learned = ended.learned
    if not learned and ended.began is not None and at - ended.began >= _WEEK:
        learned = True
        present = [each for each in usual if each is not None]
        middle = sum(present) / len(present) if present else 0.0
        usual = [None if each is None else _short(each - middle) for each in usual]
    return Seasonality(began=ended.began, learned=learned, usual=tuple(usual), hour=hour)


def _short(value: float) -> float:
    return float(f"{value:.6g}")
