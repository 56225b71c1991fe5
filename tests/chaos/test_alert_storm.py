"""Weaviate is killed under load, on real servers, with every role: one alert, with what follows, that ends itself."""

import asyncio
import itertools
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.kafka_server import KafkaServer
from infra.local.weaviate_server import WeaviateServer
from infra.settings import Settings
from schemas.documents import DocumentUpserted
from schemas.event import EPOCH
from schemas.operations import AlertFired, AlertResolved
from streams.alert_log import Told, read_alerts
from streams.cli.role_processes import role_process
from streams.client import RagstreamClient
from streams.roles import WATCH
from streams.topics import TopicNames
from tests.journeys.stories import FERRY, LIGHTHOUSE
from tests.live.workers import ragstream

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

OUTAGE_S, BEFORE_S, AFTER_S = 60.0, 40.0, 45.0
RIGHT_TO = timedelta(seconds=5)


@pytest.fixture
async def home() -> AsyncIterator[Path]:
    one = Path(tempfile.mkdtemp(prefix="ragstream-"))
    yield one
    await asyncio.to_thread(ragstream, Settings(home=one), "down")
    shutil.rmtree(one, ignore_errors=True)


@asynccontextmanager
async def load(client: RagstreamClient) -> AsyncIterator[None]:
    """A document and two questions a second, whatever becomes of them."""

    async def asking(text: str) -> None:
        await client.ask(text, timeout_s=120)

    async def going() -> None:
        async with asyncio.TaskGroup() as group:
            for n in itertools.count():
                await client.ingest([DocumentUpserted(doc_id=f"d{n % 50}", text=f"{FERRY} Number {n}. {LIGHTHOUSE}")])
                for question in ("When does the ferry to Hvar leave Split?", "Who repaired the lamp?"):
                    group.create_task(asking(question))
                await asyncio.sleep(1.0)

    task = asyncio.ensure_future(going())
    try:
        yield
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def outage(server: WeaviateServer, home: Path, *, kill_watch: bool) -> tuple[datetime, datetime]:
    """When it began and when it ended."""
    assert server.process.pid is not None
    os.kill(server.process.pid, signal.SIGKILL)
    began = datetime.now(UTC)
    if kill_watch:
        await asyncio.sleep(OUTAGE_S / 4)
        await watch_killed(home)
    await asyncio.sleep(OUTAGE_S - (datetime.now(UTC) - began).total_seconds())
    await server.start(print)
    return began, datetime.now(UTC)


async def watch_killed(home: Path) -> None:
    """The worker of the role watch dies, and another one takes its place."""
    worker = role_process(WATCH, 1, home)
    assert worker.process.pid is not None
    environment = worker.process.environment() or {}
    os.kill(worker.process.pid, signal.SIGKILL)
    while worker.process.running():
        await asyncio.sleep(0.1)
    worker.process.start([sys.executable, "-m", "streams.cli", "worker", WATCH], environment)
    while not worker.ready():
        await asyncio.sleep(0.1)


async def alerts(bootstrap: str) -> Sequence[Told]:
    return [each async for each in read_alerts(bootstrap, TopicNames(), EPOCH)]


async def resolved(bootstrap: str, limit_s: float) -> AlertResolved:
    async with asyncio.timeout(limit_s):
        while True:
            for each in await alerts(bootstrap):
                if isinstance(each, AlertResolved):
                    return each
            await asyncio.sleep(2.0)


@pytest.mark.parametrize("kill_watch", [False, True])
async def test_an_outage_under_load_is_one_alert_that_ends_by_itself(home: Path, kill_watch: bool) -> None:
    """Must hold 4 of issue 7; FAILURES 71: a restart in the middle."""
    settings = Settings(home=home)
    up = await asyncio.to_thread(ragstream, settings, "up", limit_s=600)
    assert up.returncode == 0, up.stderr
    bootstrap = KafkaServer(home, settings.cache_folder()).bootstrap
    server = WeaviateServer(home, settings.cache_folder())
    async with RagstreamClient(bootstrap) as client, load(client):
        await asyncio.sleep(BEFORE_S)
        began, ended = await outage(server, home, kill_watch=kill_watch)
        end = await resolved(bootstrap, 240)
        await asyncio.sleep(AFTER_S)
    told = await alerts(bootstrap)
    assert [(type(each), each.alert) for each in told] == [
        (AlertFired, "weaviate-away"), (AlertResolved, "weaviate-away"),
    ]  # fmt: skip
    assert abs(end.started_at - began) <= RIGHT_TO
    assert end.ended_at is not None
    assert abs(end.ended_at - ended) <= RIGHT_TO
    assert {"partition-waits", "answer-availability"} <= {each.alert for each in end.consequences}
    print(f"began {end.started_at - began}, ended {end.ended_at - ended}: {end.model_dump_json(indent=1)}")  # noqa: T201
