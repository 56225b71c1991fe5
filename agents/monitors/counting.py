"""Events in, how many there were in a sliding window and how many of them counted out, in a few buckets."""

from datetime import datetime
from typing import Final, NamedTuple

from schemas.event import EPOCH, Value

BUCKETS: Final = 60
"""A window is right to a sixtieth of its length."""


class Bucket(NamedTuple):
    """What came in one stretch of time."""

    number: int
    """Of the stretch, since 1970."""
    events: int
    amount: float


class Window(Value):
    """Buckets of a window, oldest first; at most one more than `BUCKETS`."""

    buckets: tuple[Bucket, ...] = ()
    events: int = 0
    amount: float = 0.0

    def adding(self, at: datetime, amount: float, length_s: float) -> "Window":
        """With one more event, and without what is too old for it. An event that is itself too old changes nothing.

        `amount` is what it counts, as 1 for a bad one; `length_s` is the window's length, always the same.
        """
        number = _number(at, length_s)
        if not self.buckets:
            return Window(buckets=(Bucket(number, 1, amount),), events=1, amount=amount)
        last = self.buckets[-1]
        if number == last.number:
            buckets = (*self.buckets[:-1], Bucket(number, last.events + 1, last.amount + amount))
            return Window.model_construct(buckets=buckets, events=self.events + 1, amount=self.amount + amount)
        if number > last.number:
            return _counted((*_since(self.buckets, number), Bucket(number, 1, amount)))
        if number <= last.number - BUCKETS:
            return self
        by_number = {each.number: each for each in self.buckets}
        there = by_number.get(number, Bucket(number, 0, 0.0))
        by_number[number] = Bucket(number, there.events + 1, there.amount + amount)
        return _counted(tuple(by_number[each] for each in sorted(by_number)))

    def at(self, now: datetime, length_s: float) -> "Window":
        """As it is at `now`, with nothing new."""
        number = _number(now, length_s)
        if not self.buckets or self.buckets[0].number > number - BUCKETS:
            return self
        return _counted(_since(self.buckets, number))

    @property
    def share(self) -> float:
        """What counted of each event; 0 when nothing came."""
        return self.amount / self.events if self.events else 0.0


def _number(at: datetime, length_s: float) -> int:
    return int((at - EPOCH).total_seconds() * BUCKETS // length_s)


def _since(buckets: tuple[Bucket, ...], number: int) -> tuple[Bucket, ...]:
    return tuple(each for each in buckets if each.number > number - BUCKETS)


def _counted(buckets: tuple[Bucket, ...]) -> Window:
    return Window.model_construct(
        buckets=buckets, events=sum(each.events for each in buckets), amount=sum(each.amount for each in buckets)
    )
