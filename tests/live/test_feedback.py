"""Feedback on a real Kafka, by a person's commands: from a question to its outcome, through a worker of its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from infra.settings import Settings
from schemas.event import Event
from schemas.experiments import ExperimentDecided, ExperimentReported
from schemas.feedback import NO_EXPERIMENT, OutcomeScored
from streams.client import RagstreamClient
from streams.kafka_outbox import KafkaOutbox
from streams.records import Outgoing
from streams.topics import EXPERIMENTS, FEEDBACK, TopicNames
from tests.live.workers import ragstream, ragstream_json

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]
LIMIT_S = 60.0


@pytest.fixture
async def client(live_workers: Settings) -> AsyncIterator[RagstreamClient]:
    async with RagstreamClient(live_workers.kafka.bootstrap or "", namespace=live_workers.namespace) as client:
        yield client


async def until(client: RagstreamClient, topic: str, wanted: Callable[[Any], bool]) -> Event:
    """The first event of a topic, from its beginning, that is wanted."""
    async with asyncio.timeout(LIMIT_S):
        async for event in client.watch(topic, since="start"):
            if wanted(event):
                return event
    raise AssertionError


async def outcome(client: RagstreamClient, answer_id: str, score: float | None) -> OutcomeScored:
    def wanted(event: Event) -> bool:
        if not isinstance(event, OutcomeScored):
            return False
        told = event.answer_id, event.metric, event.score, event.experiment
        return told == (answer_id, "feedback", score, NO_EXPERIMENT)

    found = await until(client, "outcomes", wanted)
    assert isinstance(found, OutcomeScored)
    return found


async def test_an_answer_is_judged_judged_otherwise_and_the_judgement_taken_back(
    live_workers: Settings, client: RagstreamClient
) -> None:
    answer = await client.ask("Who composed the opera about the astronaut?", user_id="ann")
    said = ragstream_json(live_workers, "feedback", answer.answer_id, "up", "--user", "ann", "--comment", "Quick.")
    assert (said["score"], said["comment"]) == (1, "Quick.")
    first = await outcome(client, answer.answer_id, 1)
    done = ragstream(live_workers, "feedback", answer.answer_id, "-0.5", "--user", "ann")
    assert done.stdout.startswith("thumb -0.5 for answer")
    second = await outcome(client, answer.answer_id, -0.5)
    assert (second.supersedes, second.previous) == (first.event_id, 1)
    await client.feedback(answer.answer_id, None, user_id="ann")
    assert (await outcome(client, answer.answer_id, None)).supersedes == second.event_id


async def test_two_arms_are_counted_reported_and_decided_upon(live_workers: Settings, client: RagstreamClient) -> None:
    names = TopicNames(live_workers.namespace)
    arms = [{"name": "a"}, {"name": "b"}]
    defined = {"name": "live", "arms": arms, "mode": "automatic", "ramp": [0.5, 1.0], "ramp_units": 10}
    records = [Outgoing(names.wire(EXPERIMENTS), b"default/live#definition", json.dumps(defined).encode())]
    for number in range(20):
        answer = {"answer_id": f"live-{number}"}
        exposed = {"type": "AnswerExposed", "query_id": "q", "outcome": "AnswerServed", "units": {"live": f"u{number}"}}
        told = (exposed | {"assignment": {"live": "ab"[number % 2]}}, {"score": number % 2})
        key = answer["answer_id"].encode()
        records += [Outgoing(names.wire(FEEDBACK), key, json.dumps(answer | event).encode()) for event in told]
    async with KafkaOutbox(live_workers.kafka.bootstrap or "", "test") as outbox:
        await outbox.send(records)

    def ramped_up(event: ExperimentDecided) -> bool:
        return isinstance(event, ExperimentDecided) and event.name == "live" and event.decision == "ramp-up"

    def complete(event: ExperimentReported) -> bool:
        return event.name == "live" and sum(each.units for each in event.estimates) == 20

    decided = await until(client, "experiments", ramped_up)
    assert (decided.share, decided.in_force) == (1.0, True)
    report = await until(client, "experiment-reports", complete)
    assert [(each.arm, each.mean) for each in report.estimates] == [("a", 0), ("b", 1)]


def test_status_tells_how_far_the_role_is_topic_by_topic(live_workers: Settings) -> None:
    learn = ragstream_json(live_workers, "status")["roles"]["learn"]
    assert learn["running"]
    assert set(learn["lags"]) == {"answers", "feedback", "outcomes", "experiments", "experiment-log"}
