"""What dispatching asks of the world."""

from collections.abc import Sequence
from typing import Protocol

from schemas.notifications import Message, SubscriptionChanged, Told


class SubscriptionBook(Protocol):
    """The subscriptions that are known right now."""

    def active(self, tenant: str) -> Sequence[SubscriptionChanged]:
        """The tenant's own that have not ended, by name."""
        ...

    def find(self, tenant: str, name: str) -> SubscriptionChanged | None:
        """The last change of one, even when that ended it; None when nothing is known of it."""
        ...


class Notifier(Protocol):
    """One channel: a webhook, e-mail, the log."""

    async def notify(self, message: Message) -> Told:
        """Make one attempt. Never raises: what went wrong is the result."""
        ...
