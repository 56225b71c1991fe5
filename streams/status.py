"""A Kafka in, how far each role is behind and what the topics hold out."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from schemas.failures import TransientError
from streams.client_reader import Positions, TopicReader
from streams.kafka_admin import admin_client, committed_offsets
from streams.topic import Topic
from streams.topics import TOPICS, TopicNames


@dataclass(frozen=True)
class TopicCount:
    """One topic of the table as it is on Kafka."""

    topic: Topic
    records: int | None
    """Records between its oldest and its next offset; None when the topic is missing."""


@dataclass(frozen=True)
class KafkaStatus:
    """What Kafka alone can tell."""

    lags_by_topic: Mapping[str, Mapping[str, int | None]]
    """Per role and topic that it reads: records that its group has yet to commit; None when the topic is missing."""
    topics: tuple[TopicCount, ...]

    @property
    def lags(self) -> dict[str, int | None]:
        """Per role the sum over its topics; None when one is missing."""
        return {
            role: None if None in by_topic.values() else sum(filter(None, by_topic.values()))
            for role, by_topic in self.lags_by_topic.items()
        }


async def kafka_status(bootstrap: str, names: TopicNames, sources: Mapping[str, Sequence[Topic]]) -> KafkaStatus:
    """Lags of the roles that read `sources`, and counts of all topics. Raises `TransientError` without a broker."""
    async with admin_client(bootstrap) as admin:
        try:
            existing = set(await admin.list_topics())
            committed = {role: await committed_offsets(admin, names.group(role)) for role in sources}
        except KafkaError as error:
            raise TransientError(f"Kafka at {bootstrap} does not tell its offsets: {error}") from error
    present = [topic for topic in TOPICS if names.wire(topic) in existing]
    begins, ends, empty = await _bounds(bootstrap, names, present, list(committed.values()))
    return KafkaStatus(
        lags_by_topic={
            role: {
                topic.name: lag(topic, names, committed[role], begins, ends, empty=empty) if topic in present else None
                for topic in topics
            }
            for role, topics in sources.items()
        },
        topics=tuple(TopicCount(topic, _count(topic, names, begins, ends, present)) for topic in TOPICS),
    )


def lag(
    topic: Topic,
    names: TopicNames,
    committed: Positions,
    begins: Positions,
    ends: Positions,
    *,
    empty: Container[TopicPartition] = (),
) -> int:
    """Records of a topic that a group has yet to commit; one that never committed has all of them before it.

    `empty` are partitions that are known to hold no record behind what was committed.
    """
    behind = {each: ends[each] - max(committed.get(each, 0), begins[each]) for each in _partitions(topic, names)}
    return sum(max(0, count) for each, count in behind.items() if each not in empty)


def _count(topic: Topic, names: TopicNames, begins: Positions, ends: Positions, present: list[Topic]) -> int | None:
    if topic not in present:
        return None
    return sum(ends[each] - begins[each] for each in _partitions(topic, names))


def _partitions(topic: Topic, names: TopicNames) -> list[TopicPartition]:
    return [TopicPartition(names.wire(topic), number) for number in range(topic.partitions)]


async def _bounds(
    bootstrap: str, names: TopicNames, topics: list[Topic], committed: list[Positions]
) -> tuple[Positions, Positions, set[TopicPartition]]:
    """Oldest and next offsets, and the partitions with offsets but no records behind what was committed."""
    if not topics:
        return {}, {}, set()
    async with TopicReader.of(bootstrap, names, topics) as reader:
        begins, ends = await reader.beginnings(), await reader.ends()
        starts = {
            each: max(offset, begins[each])
            for positions in committed
            for each, offset in positions.items()
            if each in ends and max(offset, begins[each]) < ends[each]
        }
        empty = set(starts) - await reader.holding(starts, ends) if starts else set()
        return begins, ends, empty
