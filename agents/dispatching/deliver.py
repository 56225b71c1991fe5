"""What a subscriber is to be told, and what came of it, in; one attempt at a time out, in order.

A subscriber that is away holds up nobody else: its queue waits for its own time, which a tick says has come. An attempt
of which nothing was heard is made again, under the same notification id.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from agents.dispatching.notices import DROPPED, ENDED, REFUSED, notice, reachable, unreachable
from agents.dispatching.queue import Delivering, Queue, delay_s
from agents.shapes import Step
from schemas.event import Event, derive_id
from schemas.notifications import DeliveryTicked, NotificationAttempted, NotificationDue, NotificationQueued

Delivery: TypeAlias = NotificationQueued | NotificationAttempted | DeliveryTicked
Outcome: TypeAlias = tuple[Queue | None, Sequence[Event]]


def delivery_key(event: Delivery) -> str:
    """Where a subscriber's queue is kept."""
    return event.slot


def make_delivery_step(limits: Delivering | None = None) -> Step[Queue, Delivery]:
    """The step."""
    return _Deliver(limits or Delivering())


def making_delivery_ticks(limits: Delivering | None = None) -> Callable[[str, Queue, datetime], Sequence[Event]]:
    """What the timer asks of each queue."""
    bounds = limits or Delivering()

    def ticks(key: str, queue: Queue, now: datetime) -> Sequence[Event]:
        if not _has_come(queue, bounds, now):
            return ()
        tick_id = derive_id("delivery-tick", key, now.isoformat())
        return (DeliveryTicked(event_id=tick_id, tenant=queue.subscription.tenant, at=now, slot=key),)

    return ticks


def _has_come(queue: Queue, limits: Delivering, now: datetime) -> bool:
    """Whether the time has come to try again, to ask again, or to forget."""
    if queue.retry_at is not None:
        return now >= queue.retry_at
    if queue.in_flight_since is not None:
        return now >= queue.in_flight_since + timedelta(seconds=limits.lost_after_s)
    return bool(queue.waiting) or now >= queue.last_at + timedelta(seconds=limits.forget_after_s)


@dataclass(frozen=True)
class _Deliver:
    limits: Delivering

    def __call__(self, queue: Queue | None, event: Delivery) -> Outcome:
        match event:
            case NotificationQueued():
                return self._queued(queue, event, _came(event))
            case NotificationAttempted():
                return (None, ()) if queue is None else self._attempted(queue, event, _came(event))
            case DeliveryTicked():
                return (None, ()) if queue is None else self._ticked(queue, event.at)

    def _queued(self, queue: Queue | None, event: NotificationQueued, at: datetime) -> Outcome:
        before = queue or Queue(subscription=event.subscription, last_at=at)
        if before.knows(event.notification_id):
            return queue, ()
        after = before.with_queued(event, self.limits, at)
        notices: list[Event] = []
        if after.dropped and not before.dropped:
            name = after.subscription.subscription
            said = f"subscription {name}: more than {self.limits.max_waiting:,} alerts, or their bytes, wait for it"
            notices.append(
                notice(DROPPED, after.subscription, f"{said}; the oldest are dropped", event.notification_id, at)
            )
        if after.in_flight_since is None and after.retry_at is None:
            after, due = _issued(after, after.attempt + 1, at)
            return after, [*notices, *due]
        return after, notices

    def _attempted(self, queue: Queue, event: NotificationAttempted, at: datetime) -> Outcome:
        if not queue.waiting or queue.waiting[0].notification_id != event.notification_id:
            return queue, ()  # an attempt that was made twice, and was heard of before
        match event.result:
            case "failed":
                return self._failed(queue, event, at)
            case "ended":
                return None, self._relief(queue, at)
            case "gone":
                return None, [*self._relief(queue, at), *_goodbye(queue, event, at)]
            case "delivered":
                left = queue.dropped - queue.announced
                after, due = _next(queue.without_first(at), at, failures=0, refusals=0, dropped=left)
                return after, [*self._relief(queue, at), *due]
            case "refused":
                after, due = _next(queue.without_first(at), at, failures=0, refusals=queue.refusals + 1)
                return after, [*self._relief(queue, at), *self._complaint(queue, event, at), *due]

    def _failed(self, queue: Queue, event: NotificationAttempted, at: datetime) -> Outcome:
        if event.attempt != queue.attempt or queue.in_flight_since is None:
            return queue, ()
        failures = queue.failures + 1
        seed = f"{event.slot}/{event.notification_id}"
        retry_at = at + timedelta(seconds=delay_s(failures, seed, self.limits.retry_cap_s))
        if event.retry_at is not None:
            latest = at + timedelta(seconds=self.limits.retry_after_cap_s)
            retry_at = max(retry_at, min(event.retry_at, latest))
        update = {"in_flight_since": None, "retry_at": retry_at, "failures": failures, "last_at": at}
        noticed = failures == self.limits.unreachable_notice
        said = (unreachable(queue.subscription, event.reason, failures, at),) if noticed else ()
        return queue.model_copy(update=update), said

    def _relief(self, queue: Queue, at: datetime) -> Sequence[Event]:
        """What was told of a receiver that was away is over."""
        return (reachable(queue.subscription, at),) if queue.failures >= self.limits.unreachable_notice else ()

    def _complaint(self, queue: Queue, event: NotificationAttempted, at: datetime) -> Sequence[Event]:
        if queue.refusals + 1 != self.limits.refused_notice:
            return ()
        told = f"its receiver refused {self.limits.refused_notice} notifications in a row"
        summary = f"subscription {event.subscription}: {told}: {event.reason}"
        return (notice(REFUSED, queue.subscription, summary, event.notification_id, at),)

    def _ticked(self, queue: Queue, at: datetime) -> Outcome:
        if not _has_come(queue, self.limits, at):
            return queue, ()
        if not queue.waiting:
            return None, ()
        return _issued(queue, max(queue.attempt, 1) if queue.in_flight_since else queue.attempt + 1, at)


def _next(queue: Queue, at: datetime, **update: int) -> Outcome:
    """The queue, and the attempt at what is now its first."""
    after = queue.model_copy(update=update)
    if not after.waiting:
        return after, ()
    return _issued(after, 1, at)


def _issued(queue: Queue, attempt: int, at: datetime) -> tuple[Queue, Sequence[Event]]:
    """The queue with an attempt on its way, and that attempt."""
    first = queue.waiting[0]
    due = NotificationDue(
        event_id=derive_id("due", first.notification_id, attempt),
        tenant=queue.subscription.tenant,
        at=at,
        notification_id=first.notification_id,
        attempt=attempt,
        dropped=queue.dropped,
        subscription=queue.subscription,
        alert=first.alert,
    )
    update = {"attempt": attempt, "in_flight_since": at, "retry_at": None, "announced": queue.dropped}
    return queue.model_copy(update=update), (due,)


def _goodbye(queue: Queue, event: NotificationAttempted, at: datetime) -> Sequence[Event]:
    """The subscription ends, and others are told."""
    subscription = queue.subscription
    reason = event.reason or "the receiver is gone"
    ended = {"event_id": derive_id("ended", event.notification_id), "at": at, "active": False, "reason": reason}
    summary = f"subscription {subscription.subscription} has ended: {reason}"
    return (
        subscription.model_copy(update=ended),
        notice(ENDED, subscription, summary, event.notification_id, at),
    )


def _came(event: Event) -> datetime:
    """When it came, by Kafka's clock: an alert may be of an earlier time, and a log may be replayed."""
    return event.read_from.came_at if event.read_from is not None else event.at
