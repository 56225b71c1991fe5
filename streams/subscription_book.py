"""Changes of subscriptions in, who wants to be told of what out."""

from collections.abc import Sequence

from agents.dispatching.subscribing import check_subscription
from schemas.notifications import SubscriptionChanged


class InMemorySubscriptionBook:
    """A `SubscriptionBook` that is told what changes. They are kept, and looked up, by tenant."""

    def __init__(self) -> None:
        self._by_tenant: dict[str, dict[str, SubscriptionChanged]] = {}

    def apply(self, event: SubscriptionChanged) -> None:
        """Take a change in. Raises `ConfigurationError` for one that nobody could be told by; the one before stays."""
        if event.active:
            check_subscription(event)
        self._by_tenant.setdefault(event.tenant, {})[event.subscription] = event

    def active(self, tenant: str) -> Sequence[SubscriptionChanged]:
        """Those that have not ended, by name."""
        return [each for each in self.all(tenant) if each.active]

    def all(self, tenant: str) -> Sequence[SubscriptionChanged]:
        """Those that ended, too, by name."""
        return [each for _, each in sorted(self._by_tenant.get(tenant, {}).items())]

    def find(self, tenant: str, name: str) -> SubscriptionChanged | None:
        """The last change of one, even when that ended it."""
        return self._by_tenant.get(tenant, {}).get(name)
