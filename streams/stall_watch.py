"""Committed and end offsets in, over time; the partitions that stand still although there is work for them out.

A worker can be alive, a member of its group, and commit nothing for ever: its library may have lost its place. Then
only a restart helps, and somebody has to ask for it. A worker that waits for Weaviate is another matter: it is busy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from schemas.failures import RagstreamError

Partition: TypeAlias = tuple[str, int]


class StalledError(RagstreamError):
    """Records wait, nothing is in hand, and no offset moves: the process must be started anew."""


@dataclass
class StallWatch:
    """Says that a partition stalls when it had lag, and no progress, for `limit_s` seconds without any work in hand."""

    limit_s: float
    _since: dict[Partition, tuple[int | None, float]] = field(default_factory=dict)

    def observe(
        self, offsets: Mapping[Partition, tuple[int | None, int | None]], *, busy: bool, now_s: float
    ) -> list[Partition]:
        """The stalled ones among the assigned partitions, given as (committed, end) with None for not known."""
        for gone in self._since.keys() - offsets.keys():
            del self._since[gone]
        stalled = []
        for partition, (committed, end) in offsets.items():
            lagging = end is not None and end > (committed or 0)
            seen, since = self._since.get(partition, (committed, now_s))
            if busy or not lagging or seen != committed:
                self._since[partition] = (committed, now_s)
            else:
                self._since[partition] = (seen, since)
                if now_s - since >= self.limit_s:
                    stalled.append(partition)
        return stalled
