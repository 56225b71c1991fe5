"""Topics on a real Kafka: made once, found again, refused when they would lose what we need."""

from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.settings import Settings
from schemas.failures import ConfigurationError
from streams.kafka_admin import ensure_topics, planned_topics
from streams.roles import TABLES
from streams.topics import DOCUMENTS, TopicNames

pytestmark = pytest.mark.live


@pytest.fixture
def names() -> TopicNames:
    return TopicNames(f"a{uuid4().hex[:10]}")


async def create(bootstrap: str, topic: NewTopic) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([topic])
    await admin.close()


async def test_topics_are_made_once_and_then_found(live_stack: Settings, names: TopicNames) -> None:
    plans = planned_topics(names, TABLES)
    assert await ensure_topics(live_stack.kafka.bootstrap, plans, 1) == [plan.name for plan in plans]
    assert await ensure_topics(live_stack.kafka.bootstrap, plans, 1) == []


async def test_a_wrong_number_of_partitions_is_refused(live_stack: Settings, names: TopicNames) -> None:
    await create(live_stack.kafka.bootstrap, NewTopic(names.wire(DOCUMENTS), 1, 1))
    with pytest.raises(ConfigurationError, match="has 1 partitions and ragstream needs 4"):
        await ensure_topics(live_stack.kafka.bootstrap, planned_topics(names, TABLES), 1)


async def test_documents_that_are_kept_for_a_week_are_refused(live_stack: Settings, names: TopicNames) -> None:
    """FAILURES 11: what is a source of truth must not forget by time."""
    week = {"cleanup.policy": "delete", "retention.ms": "604800000"}
    await create(live_stack.kafka.bootstrap, NewTopic(names.wire(DOCUMENTS), 4, 1, topic_configs=week))
    with pytest.raises(ConfigurationError, match=r"would lose what ragstream needs: set its retention\.ms to -1"):
        await ensure_topics(live_stack.kafka.bootstrap, planned_topics(names, TABLES), 1)
