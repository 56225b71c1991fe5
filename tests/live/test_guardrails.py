"""Policies on a real Kafka: published, listed, shown, and tried on the questions in the log."""

import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from infra.settings import Settings
from schemas.questions import QuestionAsked
from streams.codec import encode
from streams.kafka_admin import ensure_topics, planned_topics
from streams.kafka_outbox import KafkaOutbox
from streams.roles import TABLES
from streams.topics import TopicNames
from tests.live.workers import ragstream, ragstream_json

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

POLICY = """\
name: cards
rules:
  - {rule: card, stages: [question], action: block}
"""


@pytest.fixture
async def kafka(live_stack: Settings) -> Settings:
    """A namespace of its own, with its topics and no workers."""
    settings = live_stack.model_copy(update={"namespace": f"g{uuid4().hex[:10]}"})
    await ensure_topics(settings.kafka.bootstrap, planned_topics(TopicNames(settings.namespace), TABLES), 1)
    return settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cards.yaml"
    path.write_text(POLICY, "utf-8")
    return path


@pytest.fixture
def withdrawal(tmp_path: Path) -> Path:
    path = tmp_path / "none.yaml"
    path.write_text("name: cards\nrules: []\n", "utf-8")
    return path


async def ask(settings: Settings, *texts: str) -> None:
    names = TopicNames(settings.namespace)
    questions = [QuestionAsked(query_id=f"q{n}", text=text, at=datetime.now(UTC)) for n, text in enumerate(texts)]
    async with KafkaOutbox(settings.kafka.bootstrap, "test") as outbox:
        await outbox.send([encode(question, names, "test") for question in questions])


async def test_a_policy_is_tried_published_listed_shown_and_withdrawn(
    kafka: Settings, file: Path, withdrawal: Path
) -> None:
    await ask(kafka, "Why was 4111 1111 1111 1111 refused?", "When does the ferry leave?")
    tried = ragstream_json(kafka, "guardrails", "backtest", str(file))
    assert (tried["questions"], tried["changed"]) == (2, 1)
    assert (tried["changes"][0]["after"], tried["changes"][0]["examples"]) == ("block", [{"query_id": "q0"}])

    version = ragstream_json(kafka, "guardrails", "publish", str(file))["version"]
    assert ragstream(kafka, "guardrails", "show", "cards").stdout.startswith("name: cards\n")
    listed = ragstream_json(kafka, "guardrails", "list")["policies"]
    assert [each["name"] for each in listed] == ["cards", "default"]
    assert listed[0]["version"] == version

    assert ragstream_json(kafka, "guardrails", "backtest", str(file))["changed"] == 0

    ragstream_json(kafka, "guardrails", "publish", str(withdrawal))
    assert [each["name"] for each in ragstream_json(kafka, "guardrails", "list")["policies"]] == ["default"]


def test_a_running_worker_follows_a_policy_within_a_second(live_workers: Settings, tmp_path: Path) -> None:
    tenant = f"guarded-{uuid4().hex[:8]}"
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY.replace("name: cards", f"name: {tenant}\ntenants: [{tenant}]"), "utf-8")
    question = "ask", "Why was 4111 1111 1111 1111 refused?", "--tenant", tenant
    assert ragstream_json(live_workers, *question)["type"] == "AnswerAbstained"
    ragstream_json(live_workers, "guardrails", "publish", str(path))
    time.sleep(1)
    blocked = ragstream_json(live_workers, *question)
    assert blocked["type"] == "QuestionBlocked"
    assert [(each["rule"], each["action"]) for each in blocked["findings"] if each["action"] == "block"] == [
        ("card", "block")
    ]
    assert [each.partition("@")[0] for each in blocked["provenance"]["policies"]] == ["default", tenant]
