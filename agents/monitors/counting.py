"""Events in, how many there were in a sliding window and how many of them counted out, in a few buckets."""

from datetime import datetime
from typing import Final, NamedTuple

BUCKETS: Final = 60
"""A window is right to a sixtieth of its length."""


class Bucket(NamedTuple):
    """What came in one stretch of time."""

    number: int
    """Of the stretch, since 1970."""
    events: int
    amount: float


class Window(NamedTuple):
    """Buckets of a window. The newest, into which nearly every event goes, is apart from those before it."""

    newest: Bucket = Bucket(0, 0, 0.0)
    older: tuple[Bucket, ...] = ()
    """Oldest first; fewer than `BUCKETS`."""
    events: int = 0
    amount: float = 0.0

    def adding(self, at: datetime, amount: float, length_s: float) -> "Window":
        """With one more event, and without what is too old for it. An event that is itself too old changes nothing.

        `amount` is what it counts, as 1 for a bad one; `length_s` is the window's length, always the same.
        """
        number = int(at.timestamp() * BUCKETS // length_s)
        newest, older, events, total = self
        if number == newest[0]:
            grown = Bucket(number, newest[1] + 1, newest[2] + amount)
            return Window(grown, older, events + 1, total + amount)
        if not events:
            return Window(Bucket(number, 1, amount), (), 1, amount)
        if number > newest[0]:
            return _counted(Bucket(number, 1, amount), (*older, newest))
        if number <= newest[0] - BUCKETS:
            return self
        by_number = {each.number: each for each in older}
        there = by_number.get(number, Bucket(number, 0, 0.0))
        by_number[number] = Bucket(number, there.events + 1, there.amount + amount)
        return _counted(newest, tuple(by_number[each] for each in sorted(by_number)))

    def at(self, now: datetime, length_s: float) -> "Window":
        """As it is at `now`, with nothing new."""
        number = int(now.timestamp() * BUCKETS // length_s)
        if not self.events or number <= self.newest.number:
            return self
        if self.newest.number <= number - BUCKETS:
            return Window()
        kept = tuple(each for each in self.older if each.number > number - BUCKETS)
        return self if len(kept) == len(self.older) else _counted(self.newest, kept)

    @property
    def share(self) -> float:
        """What counted of each event; 0 when nothing came."""
        return self.amount / self.events if self.events else 0.0


def _counted(newest: Bucket, older: tuple[Bucket, ...]) -> Window:
    kept = tuple(each for each in older if each.number > newest.number - BUCKETS)
    events = newest.events + sum(each.events for each in kept)
    return Window(newest, kept, events, newest.amount + sum(each.amount for each in kept))
