from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from aiokafka import TopicPartition

from schemas.failures import ConfigurationError
from streams import kafka_admin
from streams.kafka_admin import changelog_name, committed_offsets, ensure_topics, loses, planned_topics
from streams.stages import Table
from streams.topics import CHUNKS, DOCUMENTS, TOPICS, TopicNames

TABLE = Table("counts", role="plan", source=DOCUMENTS)


class FakeAdmin:
    """A broker's admin interface with `existing` topics; `codes` are what creating a topic answers."""

    def __init__(self, existing, codes=None):
        self.topics = dict(existing)
        self.codes = codes or {}
        self.configs = {}
        self.replication = set()

    async def describe_topics(self, names):
        return [
            {"topic": name, "error_code": 0, "partitions": [None] * self.topics[name]}
            if name in self.topics
            else {"topic": name, "error_code": 3, "partitions": []}
            for name in names
        ]

    async def create_topics(self, topics):
        for topic in topics:
            self.replication.add(topic.replication_factor)
            if self.codes.get(topic.name, 0) == 0:
                self.topics[topic.name] = topic.num_partitions
        return SimpleNamespace(topic_errors=[(topic.name, self.codes.get(topic.name, 0), "said") for topic in topics])

    async def describe_configs(self, resources):
        found = [
            (0, "", 2, resource.name, [(key, value) for key, value in self.configs.get(resource.name, {}).items()])
            for resource in resources
        ]
        return [SimpleNamespace(resources=[each for each in found if each[4]])]

    async def list_consumer_group_offsets(self, group):
        return {TopicPartition("t", 0): SimpleNamespace(offset=5), TopicPartition("t", 1): SimpleNamespace(offset=-1)}


@pytest.fixture
def broker(monkeypatch):
    def serve(admin):
        @asynccontextmanager
        async def client(bootstrap):
            yield admin

        monkeypatch.setattr(kafka_admin, "admin_client", client)
        return admin

    return serve


def test_groups_and_changelogs_have_the_namespace_in_their_names():
    assert TopicNames().group("plan") == "ragstream-plan"
    assert TopicNames("blue").group("plan") == "blue-ragstream-plan"
    assert changelog_name(TABLE, TopicNames("blue")) == "blue-ragstream-plan-counts-changelog"


def test_every_topic_and_every_changelog_is_planned():
    planned = {plan.name: plan for plan in planned_topics(TopicNames("blue"), [TABLE])}
    assert len(planned) == len(TOPICS) + 1
    assert planned["blue.documents"].partitions == DOCUMENTS.partitions
    changelog = planned["blue-ragstream-plan-counts-changelog"]
    assert changelog.partitions == DOCUMENTS.partitions


def test_a_changelog_is_compacted_and_never_forgets_by_time():
    """FAILURES 11."""
    assert planned_topics(TopicNames(), [TABLE])[-1].config["cleanup.policy"] == "compact"
    assert "retention.ms" not in planned_topics(TopicNames(), [TABLE])[-1].config


async def test_missing_topics_are_created_and_existing_ones_are_left_alone(broker):
    planned = planned_topics(TopicNames(), [TABLE])
    admin = broker(FakeAdmin({"documents": 4}))
    created = await ensure_topics("host:1", planned, 3)
    assert set(created) == {plan.name for plan in planned} - {"documents"}
    assert admin.topics == {plan.name: plan.partitions for plan in planned}
    assert admin.replication == {3}
    assert await ensure_topics("host:1", planned, 3) == []


async def test_a_topic_that_another_worker_made_meanwhile_is_no_error(broker):
    admin = FakeAdmin({}, codes={"documents": 36})
    broker(admin)
    describe = admin.describe_topics

    async def and_then_it_is_there(names):
        found = await describe(names)
        admin.topics["documents"] = 4
        return found

    admin.describe_topics = and_then_it_is_there
    assert "documents" in await ensure_topics("host:1", planned_topics(TopicNames(), []), 1)


async def test_another_partition_count_is_refused_with_what_to_do(broker):
    """DESIGN section 5: Faust would fail later, with tables, or never say so."""
    broker(FakeAdmin({"documents": 1}))
    with pytest.raises(ConfigurationError, match="documents has 1 partitions and ragstream needs 4: delete the topic"):
        await ensure_topics("host:1", planned_topics(TopicNames(), []), 1)


async def test_a_refusal_of_the_broker_is_passed_on_in_its_own_words(broker):
    broker(FakeAdmin({}, codes={"documents": 38}))
    with pytest.raises(ConfigurationError, match="did not create topic documents: InvalidReplicationFactorError said"):
        await ensure_topics("host:1", planned_topics(TopicNames(), []), 3)


async def test_a_partition_without_a_commit_has_no_offset():
    assert await committed_offsets(FakeAdmin({}), "group") == {TopicPartition("t", 0): 5}


NAMES = TopicNames()
PLANNED = {plan.name: plan for plan in planned_topics(NAMES, [TABLE])}
CHANGELOG = changelog_name(TABLE, NAMES)


@pytest.mark.parametrize(
    ("name", "config", "cure"),
    [
        (NAMES.wire(DOCUMENTS), {"cleanup.policy": "delete", "retention.ms": "604800000"}, "retention.ms to -1"),
        (NAMES.wire(DOCUMENTS), {"cleanup.policy": "delete", "retention.ms": "-1"}, None),
        (NAMES.wire(CHUNKS), {"cleanup.policy": "delete", "retention.ms": "1000"}, None),
        (CHANGELOG, {"cleanup.policy": "delete", "retention.ms": "604800000"}, "cleanup.policy to compact"),
        (CHANGELOG, {"cleanup.policy": "compact,delete", "retention.ms": "604800000"}, "cleanup.policy to compact"),
        (CHANGELOG, {"cleanup.policy": "compact", "retention.ms": "604800000"}, None),
    ],
)
def test_a_topic_may_forget_only_what_may_be_forgotten(name, config, cure):
    """FAILURES 11."""
    found = loses(PLANNED[name], config)
    assert (found is None) if cure is None else (cure in found)
