"""What waits for one subscriber: the state of the step `deliver`, and what may be done to it.

It is bounded in number and bytes, since it is stored as a whole. When a subscriber is away for so long that it
overflows, the oldest go, and what is told next says how many went.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from pydantic import Field

from schemas.event import UtcDatetime, Value, derive_id
from schemas.notifications import NotificationQueued, SubscriptionChanged
from schemas.operations import AlertFired, AlertResolved

REMEMBERED: Final = 128
"""Ids of what was told last: an alert that is routed again soon after is not told again."""


@dataclass(frozen=True)
class Delivering:
    """How long is waited, and for how much."""

    max_waiting: int = 1_000
    max_bytes: int = 1_048_576
    retry_cap_s: float = 60.0
    """Longest time between two attempts, unless the receiver asks for more."""
    retry_after_cap_s: float = 3_600.0
    """Longest that a receiver may ask for."""
    lost_after_s: float = 120.0
    """When an attempt that nothing was heard of is made again."""
    forget_after_s: float = 86_400.0
    """When nothing more is remembered of a subscriber with an empty queue."""
    unreachable_notice: int = 15
    """Attempts in a row that fail, after which others are told: some ten minutes."""
    refused_notice: int = 20
    """Notifications in a row that a receiver refuses, after which others are told."""


class Waiting(Value):
    """One alert that is to be told."""

    notification_id: str
    alert: AlertFired | AlertResolved = Field(discriminator="type")
    size: int
    """Bytes of the alert as JSON."""


class Queue(Value):
    """What is known of one subscriber."""

    subscription: SubscriptionChanged
    waiting: tuple[Waiting, ...] = ()
    """The first is being told."""
    attempt: int = 0
    """At the first: the last that was made."""
    in_flight_since: UtcDatetime | None = None
    retry_at: UtcDatetime | None = None
    failures: int = 0
    """In a row, of whatever notification."""
    refusals: int = 0
    """Notifications in a row."""
    dropped: int = 0
    """Of which the subscriber has not been told."""
    announced: int = 0
    """As many of those as the attempt that is on its way tells of."""
    told: tuple[str, ...] = ()
    last_at: UtcDatetime

    def knows(self, notification_id: str) -> bool:
        """Whether it waits, or was told not long ago."""
        return notification_id in self.told or any(each.notification_id == notification_id for each in self.waiting)

    def with_queued(self, event: NotificationQueued, limits: Delivering, at: datetime) -> Self:
        """The queue with one more at its end, and the oldest gone as far as there are too many."""
        size = len(event.alert.model_dump_json().encode())
        last = Waiting(notification_id=event.notification_id, alert=event.alert, size=size)
        waiting = [*self.waiting, last]
        first = 0 if self.in_flight_since is None else 1  # what is on its way is not taken back
        while len(waiting) - first > 1 and (
            len(waiting) > limits.max_waiting or sum(each.size for each in waiting) > limits.max_bytes
        ):
            waiting.pop(first)
        gone = len(self.waiting) + 1 - len(waiting)
        update = {"waiting": tuple(waiting), "dropped": self.dropped + gone, "last_at": at}
        if gone and first == 0:
            update["attempt"] = 0
        newer = event.subscription.at >= self.subscription.at
        return self.model_copy(update=update | ({"subscription": event.subscription} if newer else {}))

    def without_first(self, at: datetime) -> Self:
        """The queue without the one that is being told."""
        told = (*self.told, self.waiting[0].notification_id)[-REMEMBERED:]
        update = {"waiting": self.waiting[1:], "attempt": 0, "in_flight_since": None, "retry_at": None}
        return self.model_copy(update=update | {"told": told, "last_at": at})


def delay_s(failures: int, seed: str, cap_s: float) -> float:
    """Seconds until the next attempt: doubled each time from 1 s on, up to `cap_s`; half of it spread by `seed`.

    The spread comes from what is delivered, not from chance, so that it replays; subscribers differ in their seeds.
    """
    whole = min(cap_s, 2.0 ** min(failures - 1, 20))
    return whole * (0.5 + 0.5 * int(derive_id(seed, failures)[:8], 16) / 0xFFFFFFFF)
