"""Committed and end offsets in, over time; the partitions that stand still although there is work for them out.

A worker can be alive, a member of its group, and commit nothing for ever: its library may have lost its place. Then
only a restart helps, and somebody has to ask for it. A worker that waits for Weaviate is another matter: it is busy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from aiokafka import TopicPartition

from schemas.failures import RagstreamError, TransientError
from streams.client_reader import TopicReader

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
            lagging = end is not None and end > (committed or 0)  # perhaps: offsets need not have records
            seen, since = self._since.get(partition, (committed, now_s))
            if busy or not lagging or seen != committed:
                self._since[partition] = (committed, now_s)
            else:
                self._since[partition] = (seen, since)
                if now_s - since >= self.limit_s:
                    stalled.append(partition)
        return stalled

    def forgive(self, partitions: Iterable[Partition]) -> None:
        """They turned out to have no record between their offsets: look again when the limit has passed once more."""
        for partition in partitions:
            self._since.pop(partition, None)


async def holding(
    bootstrap: str, topics: Mapping[str, int], offsets: Mapping[Partition, tuple[int | None, int | None]]
) -> set[Partition]:
    """Those of `offsets` that do have a record from their first offset up to their second.

    `topics` gives each topic's name on Kafka and how many partitions it has. A transaction's end, and what retention
    took away, are offsets without a record, and then nothing is wrong with a worker that does not move. Nor is there
    while Kafka is away: then none are given.
    """
    if not offsets:
        return set()
    ends = {TopicPartition(*each): end or 0 for each, (_, end) in offsets.items()}
    try:
        async with TopicReader(bootstrap, {topic: topics[topic] for topic, _ in offsets}) as reader:
            oldest = await reader.beginnings()
            starts = {TopicPartition(*each): start or 0 for each, (start, _) in offsets.items()}
            found = await reader.holding({each: max(start, oldest[each]) for each, start in starts.items()}, ends)
    except TransientError:
        return set()
    return {(each.topic, each.partition) for each in found}
