"""What somebody wants to be told of in, the event out."""

from datetime import datetime
from uuid import uuid4

from agents.dispatching.subscribing import check_subscription
from schemas.notifications import SubscriptionChanged


def changed_now(now: datetime, change: SubscriptionChanged) -> SubscriptionChanged:
    """The change with an id that nothing else has.

    Raises `ConfigurationError` for a subscription that nobody could be told by; one may always be ended.
    """
    if change.active:
        check_subscription(change)
    return change.model_copy(update={"event_id": str(uuid4()), "at": now})
