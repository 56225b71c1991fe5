"""A worker of the role watch, alone: a role that lags and a Weaviate that is away arrive as signals."""

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest

from infra.settings import Settings, WeaviateSettings
from schemas.monitors import SignalsObserved
from streams.client_reader import TopicReader
from streams.codec import decode
from streams.kafka_outbox import KafkaOutbox
from streams.records import Outgoing
from streams.topics import DOCUMENTS, SIGNALS, TopicNames
from tests.live.workers import environment

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]


class Ready(BaseHTTPRequestHandler):
    """What Weaviate says as long as it serves."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def stand_in() -> Iterator[ThreadingHTTPServer]:
    """Something that says it is ready, and can be closed without harm to tests that need the real one."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ready)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def watch_worker(settings: Settings) -> Iterator[None]:
    """A worker that is ready."""
    given = environment(settings) | {"RAGSTREAM_WATCHING__TICK_S": "0.5"}
    worker = subprocess.Popen([sys.executable, "-m", "streams.cli", "worker", "watch"], env=given)
    try:
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0


async def first(settings: Settings, names: TopicNames, **values: float) -> SignalsObserved:
    """The first sample that shows these values."""
    async with TopicReader.of(str(settings.kafka.bootstrap), names, [SIGNALS]) as reader:
        async for record in reader.records():
            seen = decode(record, SIGNALS)
            if isinstance(seen, SignalsObserved) and values.items() <= seen.values.items():
                return seen
    raise AssertionError("a topic has no end")


async def test_a_role_that_lags_and_a_weaviate_that_is_away_arrive_as_signals(
    live_stack: Settings, tmp_path: Path
) -> None:
    names = TopicNames(f"s{uuid4().hex[:10]}")
    with stand_in() as server:
        url = WeaviateSettings(url=f"http://127.0.0.1:{server.server_port}")
        settings = live_stack.model_copy(update={"namespace": names.namespace, "home": tmp_path, "weaviate": url})
        with watch_worker(settings):
            ready = tmp_path / "run" / "worker-watch.ready"
            async with asyncio.timeout(60):
                while not ready.exists():
                    await asyncio.sleep(0.1)
                fine = await first(settings, names, **{"up.weaviate": 1.0, "lag.plan": 0.0})
                async with KafkaOutbox(str(settings.kafka.bootstrap), "test") as outbox:
                    value = json.dumps({"doc_id": "a", "text": "Rain."}).encode()
                    await outbox.send([Outgoing(names.wire(DOCUMENTS), b"a", value)] * 3)
                server.shutdown()
                server.server_close()
                seen = await first(settings, names, **{"up.weaviate": 0.0, "lag.plan": 3.0})
    assert (fine.slot, seen.slot) == ("default/operations", "default/operations")
    assert 0.0 <= seen.values["oldest_s.plan"] < 60
    assert seen.at.microsecond in {0, 500_000}, "the time of a slot"
    assert not ready.exists()
