"""Values of attributes in, the same out, or `other` for those beyond what an attribute may have."""

import threading

from schemas.metrics import OTHER, TENANT, Attribute


class Bounded:
    """Remembers which values came first. Called by several threads."""

    def __init__(self, tenants: int = TENANT.most) -> None:
        """`tenants` is how many of them are told apart; none for 0."""
        self._tenants = tenants
        self._seen: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def __call__(self, attribute: Attribute, value: str) -> str:
        if attribute.values:
            return value if value in attribute.values else OTHER
        seen = self._seen.setdefault(attribute.name, set())
        if value in seen:
            return value
        with self._lock:
            most = self._tenants if attribute is TENANT else attribute.most
            if len(seen) >= most:
                return OTHER
            seen.add(value)
        return value
