"""What became of a subscription in, the condition that tells others of it out."""

from datetime import datetime
from typing import Final

from schemas.conditions import ConditionRaised
from schemas.event import derive_id
from schemas.notifications import SubscriptionChanged
from schemas.operations import Alert

ENDED: Final = "subscription-ended"
REFUSED: Final = "subscription-refused"
DROPPED: Final = "notifications-dropped"
_NAMES: Final = frozenset({ENDED, REFUSED, DROPPED})


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


def is_about(alert: Alert, subscription: SubscriptionChanged) -> bool:
    """Whether an alert is a notice about this very subscription, which would only make its trouble greater."""
    return alert.alert in _NAMES and alert.labels.get("subscription") == subscription.subscription
