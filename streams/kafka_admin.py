"""The topics table in, topics on Kafka out, checked: no app starts before every topic is as the table says.

A topic that is missing when a Faust app starts is ignored without a word, then made by whoever produces first, with the
broker's default partition count. So topics are made here, and a wrong partition count is refused with a clear sentence.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from schemas.failures import ConfigurationError, TransientError
from streams.stages import Table
from streams.topics import TOPICS, TopicNames

CHANGELOG_CONFIG = {"cleanup.policy": "compact", "max.message.bytes": str(8 * 1_048_576)}
"""Compaction only: time-based retention of a changelog would forget state that is still in force."""

KNOWN_LIMIT_S = 30.0
"""How long a new topic may take to be known to the brokers."""


@dataclass(frozen=True)
class TopicPlan:
    """A topic as it should be on Kafka."""

    name: str
    partitions: int
    config: Mapping[str, str]


def changelog_name(table: Table, names: TopicNames) -> str:
    """The changelog topic of a step's table, as Faust names it."""
    return f"{names.group(table.role)}-{table.name}-changelog"


def planned_topics(names: TopicNames, tables: Sequence[Table]) -> Sequence[TopicPlan]:
    """Every topic of the topics table, and the changelog of every table of state."""
    listed = [TopicPlan(names.wire(topic), topic.partitions, topic.config()) for topic in TOPICS]
    changelogs = [
        TopicPlan(changelog_name(table, names), table.source.partitions, CHANGELOG_CONFIG) for table in tables
    ]
    return [*listed, *changelogs]


@asynccontextmanager
async def admin_client(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A connected admin client. Raises `TransientError` when no broker answers."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="ragstream-admin")
    try:
        await admin.start()
    except KafkaError as error:
        await admin.close()
        raise TransientError(f"no Kafka broker answers at {bootstrap}: {error}") from error
    try:
        yield admin
    finally:
        await admin.close()


async def ensure_topics(bootstrap: str, topics: Sequence[TopicPlan], replication_factor: int) -> Sequence[str]:
    """Create what is missing and verify all; gives the names created.

    Raises `ConfigurationError` for a topic that has another partition count, that forgets what must be kept, or that
    the broker would not create.
    """
    async with admin_client(bootstrap) as admin:
        existing = await _partition_counts(admin, [topic.name for topic in topics])
        missing = [topic for topic in topics if topic.name not in existing]
        await _create(admin, missing, replication_factor)
        counts = existing | await _partition_counts_once_known(admin, [topic.name for topic in missing])
        kept = await _configs(admin, [topic.name for topic in topics])
    for topic in topics:
        found = counts.get(topic.name)
        if found != topic.partitions:
            raise ConfigurationError(
                f"topic {topic.name} has {found or 'no'} partitions and ragstream needs {topic.partitions}: "
                "delete the topic, or set RAGSTREAM_NAMESPACE to use topics of another name"
            )
        if lost := loses(topic, kept.get(topic.name, topic.config)):
            raise ConfigurationError(f"topic {topic.name} would lose what ragstream needs: {lost}")
    return [topic.name for topic in missing]


def loses(topic: TopicPlan, config: Mapping[str, str]) -> str | None:
    """What to set on a topic that forgets by time what must be kept for good; None when it keeps all that it must.

    Longer or shorter retention elsewhere is the operator's choice.
    """
    by_time = "delete" in config["cleanup.policy"] and int(config.get("retention.ms", -1)) >= 0
    if topic.config["cleanup.policy"] == "compact" and config["cleanup.policy"] != "compact":
        return "set its cleanup.policy to compact"
    if topic.config.get("retention.ms") == "-1" and by_time:
        return "set its retention.ms to -1"
    return None


async def _configs(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """How topics are kept, by Kafka's own names."""
    if not names:
        return {}
    wanted = ["cleanup.policy", "retention.ms"]
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, dict.fromkeys(wanted)) for name in names]
    answers: Any = await admin.describe_configs(resources)
    return {
        name: {entry[0]: entry[1] for entry in entries if entry[0] in wanted}
        for answer in answers
        for code, _, _, name, entries in answer.resources
        if code == 0
    }


async def _create(admin: AIOKafkaAdminClient, topics: Sequence[TopicPlan], replication_factor: int) -> None:
    if not topics:
        return
    made: Any = await admin.create_topics(
        [
            NewTopic(topic.name, topic.partitions, replication_factor, topic_configs=dict(topic.config))
            for topic in topics
        ]
    )
    for name, code, *message in made.topic_errors:
        error = for_code(code)
        if code != 0 and error is not TopicAlreadyExistsError:  # another worker may have been first
            said = message[0] if message else ""
            raise ConfigurationError(f"Kafka did not create topic {name}: {error.__name__} {said or ''}".rstrip())


async def _partition_counts(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, int]:
    if not names:
        return {}
    described = await admin.describe_topics(list(names))
    return {topic["topic"]: len(topic["partitions"]) for topic in described if topic["error_code"] == 0}


async def _partition_counts_once_known(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, int]:
    """As `_partition_counts`, for topics just created: the controller answers before the brokers have heard of them."""
    deadline = asyncio.get_running_loop().time() + KNOWN_LIMIT_S
    while len(counts := await _partition_counts(admin, names)) < len(names):
        if asyncio.get_running_loop().time() > deadline:
            break
        await asyncio.sleep(0.1)
    return counts


async def committed_offsets(admin: AIOKafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    """Next offset to read, per partition that the group has committed."""
    offsets = await admin.list_consumer_group_offsets(group)
    return {partition: found.offset for partition, found in offsets.items() if found.offset >= 0}


async def cluster_id(bootstrap: str) -> str:
    """The id that the Kafka cluster was formatted with."""
    async with admin_client(bootstrap) as admin:
        described: Any = await admin.describe_cluster()
    return str(described["cluster_id"])
