"""A real Weaviate goes away and comes back under the eyes of a real worker: one alert, and its end."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from infra.local.weaviate_server import WeaviateServer
from infra.settings import Settings, WeaviateSettings
from infra.weaviate_errors import WeaviateUnwellError
from schemas.conditions import ConditionCleared, ConditionRaised
from schemas.event import EPOCH
from schemas.operations import AlertFired, AlertResolved
from streams.alarms import partition_moves, partition_waits
from streams.alert_log import Told, read_alerts
from streams.codec import encode
from streams.kafka_outbox import KafkaOutbox
from streams.topics import TopicNames
from tests.live.own_weaviate import own_weaviate
from tests.live.workers import environment, ragstream_json
from tests.streams.playbook import step_stage
from tests.streams.samples import record

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

STAGE, WAITING = step_stage(), record(b"")
AWAY_S = 8.0
RIGHT_TO = timedelta(seconds=5)
WITHIN_S = 45.0


@pytest.fixture
async def server() -> AsyncIterator[WeaviateServer]:
    async with own_weaviate() as one:
        yield one


@asynccontextmanager
async def watched(settings: Settings) -> AsyncIterator[None]:
    """A worker of the role watch."""
    ready = settings.home / "run" / "worker-watch.ready"
    command = [sys.executable, "-m", "streams.cli", "worker", "watch"]
    worker = await asyncio.to_thread(subprocess.Popen, command, env=environment(settings))
    try:
        while not ready.exists():
            assert worker.poll() is None, "the worker ended while it was starting"
            await asyncio.sleep(0.1)
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        await asyncio.to_thread(worker.wait, 30)


async def told(settings: Settings, count: int) -> Sequence[Told]:
    """The first alerts of the namespace. Raises `TimeoutError` when they do not come."""
    bootstrap, names = str(settings.kafka.bootstrap), TopicNames(settings.namespace)
    async with asyncio.timeout(WITHIN_S):
        while len(found := [each async for each in read_alerts(bootstrap, names, EPOCH)]) < count:
            await asyncio.sleep(0.5)
    return found


async def say(settings: Settings, condition: ConditionRaised | ConditionCleared) -> None:
    """As the runner of another role does."""
    async with KafkaOutbox(str(settings.kafka.bootstrap), "test") as outbox:
        await outbox.send([encode(condition, TopicNames(settings.namespace), "test")])


async def test_weaviate_goes_away_and_comes_back(live_stack: Settings, server: WeaviateServer, tmp_path: Path) -> None:
    """Must hold 4 of issue 7, in small; `make chaos` has it under load."""
    weaviate = WeaviateSettings(url=server.url, grpc_port=server.grpc_port, api_key=SecretStr(server.api_key))
    update = {"namespace": f"w{uuid4().hex[:8]}", "home": tmp_path, "weaviate": weaviate}
    settings = live_stack.model_copy(update=update)
    async with watched(settings):
        await asyncio.sleep(3.0)  # it has seen Weaviate well
        assert server.process.pid is not None
        os.kill(server.process.pid, signal.SIGKILL)
        began = datetime.now(UTC)
        await say(settings, partition_waits(STAGE, WAITING, WeaviateUnwellError("away"), began, began))
        [fired] = await told(settings, 1)
        firing = (await asyncio.to_thread(ragstream_json, settings, "alerts"))["firing"]
        await asyncio.sleep(max(0.0, AWAY_S - (datetime.now(UTC) - began).total_seconds()))
        await server.start(print)
        ended = datetime.now(UTC)
        await say(settings, partition_moves(STAGE, WAITING, ended))
        _, resolved = await told(settings, 2)
    assert [each["alert"] for each in firing] == ["weaviate-away"]
    assert (type(fired), type(resolved), resolved.alert) == (AlertFired, AlertResolved, "weaviate-away")
    assert [each.alert for each in resolved.consequences] == ["partition-waits"]
    assert abs(resolved.started_at - began) <= RIGHT_TO
    assert resolved.ended_at is not None
    assert abs(resolved.ended_at - ended) <= RIGHT_TO
