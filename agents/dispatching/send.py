"""An attempt that is due in, what came of it out, through the channel's own port."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from agents.dispatching.ports import Notifier, SubscriptionBook
from agents.dispatching.subscribing import check_subscription
from agents.dispatching.webhook_payload import webhook_payload
from agents.dispatching.wording import subject_of, text_of
from agents.ports import Clock
from agents.shapes import Handler
from schemas.event import Event, derive_id
from schemas.failures import ConfigurationError
from schemas.notifications import Channel, Message, NotificationAttempted, NotificationDue, SubscriptionChanged, Told


def make_sending_handler(
    notifiers: Mapping[Channel, Notifier], book: SubscriptionBook, clock: Clock, external_url: str = ""
) -> Handler[NotificationDue]:
    """The handler. What a subscription says now counts, not what it said when the alert was queued."""

    async def send(due: NotificationDue) -> Sequence[Event]:
        current = latest(book, due.subscription)
        if not current.active:
            return (attempted(due, Told(result="ended", reason="the subscription had ended"), clock),)
        try:
            check_subscription(current)
        except ConfigurationError as error:
            return (attempted(due, Told(result="refused", reason=str(error)), clock),)
        told = await notifiers[current.channel].notify(message_of(due, current, external_url))
        if told.result == "gone" and latest(book, current) != current:
            told = Told(result="failed", reason="the subscription changed meanwhile")
        return (attempted(due, told, clock),)

    return send


def latest(book: SubscriptionBook, known: SubscriptionChanged) -> SubscriptionChanged:
    """A subscription as it is now: of what the book and the event know the later, since either may lag behind."""
    found = book.find(known.tenant, known.subscription)
    return found if found is not None and found.at >= known.at else known


def attempted(due: NotificationDue, told: Told, clock: Clock) -> NotificationAttempted:
    """What is told to the subscriber's queue."""
    now = clock()
    wait = None if told.retry_after_s is None else timedelta(seconds=max(0.0, told.retry_after_s))
    return NotificationAttempted(
        event_id=derive_id("attempted", due.notification_id, due.attempt, told.result),
        tenant=due.tenant,
        at=now,
        notification_id=due.notification_id,
        subscription=due.subscription.subscription,
        attempt=due.attempt,
        result=told.result,
        reason=told.reason[:1_000],
        retry_at=None if wait is None else now + wait,
    )


def attempt_failed(due: NotificationDue, reason: str) -> Sequence[Event]:
    """For an attempt that broke: it is made again, as if the receiver had been away."""
    return (attempted(due, Told(result="failed", reason=reason), lambda: due.at),)


def message_of(due: NotificationDue, subscription: SubscriptionChanged, external_url: str) -> Message:
    """The alert in the words of every channel."""
    return Message(
        notification_id=due.notification_id,
        subscription=subscription,
        thread=due.alert.fingerprint[:512],
        subject=subject_of(due.alert),
        text=text_of(due.alert, due.dropped),
        payload=webhook_payload(due, external_url),
    )
