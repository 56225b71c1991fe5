"""An alert in, a notification for each subscriber who asked for it out."""

from collections.abc import Sequence
from typing import Final

from agents.dispatching.notices import is_about
from agents.dispatching.ports import SubscriptionBook
from agents.matchers import fits
from agents.shapes import Handler
from schemas.event import Event, derive_id
from schemas.notifications import NotificationQueued, SubscriptionChanged
from schemas.operations import AlertFired, AlertResolved

OUTDATED: Final = "answers-outdated"
"""Name of the alerts for those who subscribed to a document."""


def make_routing_handler(book: SubscriptionBook) -> Handler[AlertFired | AlertResolved]:
    """The handler; `book` has the subscriptions of all tenants."""

    async def route(alert: AlertFired | AlertResolved) -> Sequence[Event]:
        return [queued(each, alert) for each in book.active(alert.tenant) if wants(each, alert)]

    return route


def wants(subscription: SubscriptionChanged, alert: AlertFired | AlertResolved) -> bool:
    """Whether a subscriber may be told of an alert, and asked to be. Another tenant's is never for them."""
    if subscription.tenant != alert.tenant or not subscription.active or is_about(alert, subscription):
        return False
    if alert.readers and not set(alert.readers) & set(subscription.groups):
        return False
    if subscription.doc_id is not None and (alert.alert, alert.labels.get("doc_id")) != (OUTDATED, subscription.doc_id):
        return False
    return fits(subscription.match, alert.alert, alert.severity, alert.labels)


def queued(subscription: SubscriptionChanged, alert: AlertFired | AlertResolved) -> NotificationQueued:
    """The notification. Its id comes from the subscriber and the alert's event: one that is read again is the same."""
    said = alert.event_id or derive_id(alert.type, alert.fingerprint, alert.at.isoformat())
    notification_id = derive_id("notification", subscription.tenant, subscription.subscription, said)
    return NotificationQueued(
        event_id=derive_id("queued", notification_id),
        tenant=alert.tenant,
        at=alert.at,
        notification_id=notification_id,
        subscription=subscription,
        alert=alert,
    )
