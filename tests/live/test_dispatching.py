"""Subscribers are told on real Kafka, by a real worker, over real HTTP."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from agents.dispatching.notices import ENDED
from infra.settings import Settings
from infra.webhook_signature import secret_of, signed_headers, subscription_key
from schemas.conditions import ConditionRaised
from schemas.event import Event
from schemas.operations import AlertFired
from streams.codec import decode, encode
from streams.kafka_outbox import KafkaOutbox
from streams.records import Record
from streams.topics import CONDITIONS, TopicNames
from tests.infra.receiver import Receiver
from tests.live.topic_reader import read_all
from tests.live.workers import environment

KEY = "k" * 32
ALERTS = 20
AWAY_S = float(os.environ.get("RAGSTREAM_TEST_AWAY_S", "20"))
"""Of the receiver that is down; 300 are the five minutes of issue 7."""
pytestmark = [pytest.mark.live, pytest.mark.timeout(160 + AWAY_S)]


class Dispatching:
    """A namespace with a dispatch worker of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.names = TopicNames(settings.namespace)
        self.env = environment(settings) | {
            "RAGSTREAM_DISPATCH__ALLOW_PRIVATE": "1",
            "RAGSTREAM_DISPATCH__SIGNING_KEY": KEY,
        }
        self.ready = settings.home / "run" / "worker-dispatch.ready"
        self.worker: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        self.ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "streams.cli", "worker", "dispatch"]
        self.worker = await asyncio.to_thread(subprocess.Popen, command, env=self.env)
        while not self.ready.exists():
            assert self.worker.poll() is None, "the worker ended while it was starting"
            await asyncio.sleep(0.1)

    def end(self, signum: int = signal.SIGTERM) -> None:
        if self.worker is not None:
            self.worker.send_signal(signum)
            self.worker.wait(30)
            self.worker = None

    async def command(self, *arguments: str) -> dict[str, Any]:
        """What `ragstream subscribe …` prints; it runs beside the receivers, which are on this loop."""
        command = [sys.executable, "-m", "streams.cli", "subscribe", *arguments, "--json"]
        done = await asyncio.to_thread(
            subprocess.run, command, env=self.env, capture_output=True, text=True, timeout=60, check=False
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    @asynccontextmanager
    async def publishing(self) -> AsyncIterator[Any]:
        async with KafkaOutbox(str(self.settings.kafka.bootstrap), "test") as outbox:

            async def publish(event: Event) -> None:
                await outbox.send([encode(event, self.names, "test")])

            yield publish


def alert(number: int) -> AlertFired:
    now = datetime.now(UTC)
    return AlertFired(
        event_id=str(uuid4()),
        at=now,
        fingerprint=f"f{number}",
        alert="freshness",
        summary=f"number {number}",
        started_at=now,
    )


@pytest.fixture
def dispatching(live_stack: Settings, tmp_path: Path) -> Iterator[Dispatching]:
    running = Dispatching(live_stack.model_copy(update={"namespace": f"d{uuid4().hex[:8]}", "home": tmp_path}))
    try:
        yield running
    finally:
        running.end(signal.SIGKILL)


async def until(condition: Any, limit_s: float) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():
            await asyncio.sleep(0.1)


def fingerprints(receiver: Receiver) -> list[str]:
    """Of what it was told, in order; what came again under the same key left out."""
    return [body["alerts"][0]["fingerprint"] for body in {each.key: each.json for each in receiver.requests}.values()]


async def test_every_alert_comes_in_order_after_an_outage_of_receiver_and_worker_and_a_410_ends_it(
    dispatching: Dispatching,
) -> None:
    """Issue 7, must hold 5."""
    await dispatching.start()
    expected = [f"f{number}" for number in range(ALERTS)]
    async with Receiver() as away, Receiver() as well, dispatching.publishing() as publish:
        secret = (await dispatching.command("webhook", away.url, "--name", "away"))["secret"]
        assert secret == secret_of(KEY.encode(), "default", "away")
        await dispatching.command("webhook", well.url, "--name", "well", "--match", "name=fresh*")
        assert (await dispatching.command("test", "away"))["result"] == "delivered"
        away.requests.clear()
        await away.stop()
        began = asyncio.get_running_loop().time()
        for number in range(ALERTS):
            await publish(alert(number))
            if number == ALERTS // 2:
                dispatching.end(signal.SIGKILL)
                await dispatching.start()
            await asyncio.sleep(AWAY_S / 2 / ALERTS)
        await until(lambda: fingerprints(well) == expected, 30)
        await asyncio.sleep(max(0.0, began + AWAY_S - asyncio.get_running_loop().time()))
        assert away.requests == []
        await away.start()
        await until(lambda: len(fingerprints(away)) == ALERTS, 90)
        assert fingerprints(away) == expected
        for each in away.requests:
            at = datetime.fromtimestamp(int(each.headers["webhook-timestamp"]), UTC)
            signed = signed_headers([subscription_key(KEY.encode(), "default", "away")], each.key, at, each.body)
            assert each.headers["webhook-signature"] == signed["webhook-signature"]
        await gone(dispatching, away, publish)


def notice_of(record: Record) -> ConditionRaised | None:
    event = decode(record, CONDITIONS)
    return event if isinstance(event, ConditionRaised) and event.name == ENDED else None


async def gone(dispatching: Dispatching, receiver: Receiver, publish: Any) -> None:
    """Its receiver answers 410: the subscription ends, with a notice."""
    receiver.answers.append(b"410 Gone")
    await publish(alert(ALERTS))
    bootstrap, topic = str(dispatching.settings.kafka.bootstrap), dispatching.names.wire(CONDITIONS)
    records = await read_all(
        bootstrap, topic, 1, limit_s=30, distinct=lambda record: notice_of(record) and record.offset
    )
    assert [notice.labels["subscription"] for notice in map(notice_of, records) if notice] == ["away"]
    listed = (await dispatching.command("list", "--all"))["subscriptions"]
    assert {each["name"]: each["active"] for each in listed} == {"away": False, "well": True}
    before = len(receiver.requests)
    await publish(alert(ALERTS + 1))
    await asyncio.sleep(2)
    assert len(receiver.requests) == before
