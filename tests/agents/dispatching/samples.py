"""Alerts, subscriptions and the events between them."""

from datetime import UTC, datetime, timedelta

from schemas.event import Origin
from schemas.notifications import NotificationAttempted, NotificationDue, SubscriptionChanged
from schemas.operations import AlertFired, AlertResolved

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def subscribed(name="on-call", **fields):
    known = {"channel": "webhook", "target": "https://example.org/alerts", "at": NOON}
    return SubscriptionChanged(**{"event_id": f"s-{name}", "subscription": name, **known, **fields})


def fired(number=1, **fields):
    known = {"fingerprint": f"f{number}", "alert": "freshness", "summary": f"number {number}", "started_at": NOON}
    return AlertFired(**{"event_id": f"a{number}", "at": NOON, **known, **fields})


def resolved(number=1, **fields):
    known = {"fingerprint": f"f{number}", "alert": "freshness", "started_at": NOON}
    ended_at = NOON + timedelta(minutes=5)
    return AlertResolved(**{"event_id": f"r{number}", "at": NOON, **known, "ended_at": ended_at, **fields})


def due(alert=None, **fields):
    known = {"notification_id": "n1", "attempt": 1, "subscription": subscribed(), "alert": alert or fired()}
    return NotificationDue(**{"event_id": "d1", "at": NOON, **known, **fields})


def attempted(of: NotificationDue, result="delivered", at=NOON, **fields):
    return NotificationAttempted(
        tenant=of.tenant,
        at=at,
        notification_id=of.notification_id,
        subscription=of.subscription.subscription,
        attempt=of.attempt,
        result=result,
        **fields,
    )


def came(event, at):
    """The event as it is read, its record of the time `at`."""
    origin = Origin(topic="notifications", partition=0, offset=0, at=event.at, received_at=at)
    return event.model_copy(update={"read_from": origin})
