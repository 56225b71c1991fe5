"""What became of a subscription in, the condition that tells others of it out."""

from datetime import datetime
from typing import Final

from schemas.conditions import ConditionCleared, ConditionRaised
from schemas.event import derive_id
from schemas.notifications import SubscriptionChanged
from schemas.operations import Alert

ENDED: Final = "subscription-ended"
REFUSED: Final = "subscription-refused"
DROPPED: Final = "notifications-dropped"
UNREACHABLE: Final = "subscription-unreachable"
_NAMES: Final = frozenset({ENDED, REFUSED, DROPPED, UNREACHABLE})


def notice(name: str, subscription: SubscriptionChanged, summary: str, occasion: str, at: datetime) -> ConditionRaised:
    """An occurrence; `occasion` is what it is derived from, so that it is the same when it is worked out again."""
    fingerprint = derive_id("alert", subscription.tenant, name, subscription.subscription, occasion)
    return ConditionRaised(
        event_id=derive_id("raised", fingerprint),
        tenant=subscription.tenant,
        at=at,
        fingerprint=fingerprint,
        name=name,
        labels={"subscription": subscription.subscription, "channel": subscription.channel},
        summary=summary,
        readers=() if subscription.doc_id is None else subscription.groups,
        since=at,
        once=True,
    )


def unreachable(subscription: SubscriptionChanged, reason: str, failures: int, at: datetime) -> ConditionRaised:
    """A state, not an occurrence: it is over when something was delivered again."""
    name = subscription.subscription
    last = reason or "its receiver is away"
    summary = f"subscription {name}: {failures} attempts in a row failed; the last: {last}"
    said = notice(UNREACHABLE, subscription, summary, "", at)
    raised = derive_id("raised", said.fingerprint, at.isoformat())
    return said.model_copy(update={"event_id": raised, "once": False})


def reachable(subscription: SubscriptionChanged, at: datetime) -> ConditionCleared:
    """The end of it."""
    known = unreachable(subscription, "", 0, at)
    return ConditionCleared(
        event_id=derive_id("cleared", known.fingerprint, at.isoformat()),
        tenant=known.tenant,
        at=at,
        fingerprint=known.fingerprint,
        name=known.name,
        labels=known.labels,
        since=at,
    )


def is_about(alert: Alert, subscription: SubscriptionChanged) -> bool:
    """Whether an alert is a notice about this very subscription, which would only make its trouble greater."""
    return alert.alert in _NAMES and alert.labels.get("subscription") == subscription.subscription
