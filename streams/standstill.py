"""Where roles are in the partitions that they lag in, in; for how long each has been there, out."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
"""What moves: a role in a partition."""


@dataclass
class Standstill(Generic[K]):
    """Remembers when each position was first seen. What does not lag any more is forgotten."""

    _since: dict[K, tuple[int, float]] = field(default_factory=dict)

    def observe(self, positions: Mapping[K, int], now_s: float) -> dict[K, float]:
        """Seconds, as far as this object saw it, that each has been where it is. `now_s` is a monotonic clock's."""
        before = self._since
        self._since = {
            key: before[key] if key in before and before[key][0] == position else (position, now_s)
            for key, position in positions.items()
        }
        return {key: now_s - since for key, (_, since) in self._since.items()}
