"""A Kafka of its own, killed under a reader of the control topics."""

import asyncio
import os
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.local.kafka_server import KafkaServer
from infra.settings import Settings
from schemas.prompts import PromptLabelled, PromptPublished
from streams.codec import encode
from streams.control_events import ControlEvents
from streams.control_reader import ControlReader, following
from streams.kafka_admin import ensure_topics, planned_topics
from streams.kafka_outbox import KafkaOutbox
from streams.prompt_book import InMemoryPromptBook
from streams.roles import TABLES
from streams.topics import TopicNames
from tests.streams.prompt_samples import labelled, published

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]

NAMES = TopicNames()
FIRST, SECOND = published("First."), published("Second.")


@pytest.fixture
async def server() -> AsyncIterator[KafkaServer]:
    home = Path(tempfile.mkdtemp(prefix="ragstream-"))
    one = KafkaServer(home, Settings().cache_folder())
    await one.start(print)
    yield one
    await asyncio.to_thread(one.process.stop, 10.0)
    shutil.rmtree(home, ignore_errors=True)


async def send(bootstrap: str, *events: PromptPublished | PromptLabelled) -> None:
    async with KafkaOutbox(bootstrap, "test") as outbox:
        await outbox.send([encode(each, NAMES, "test") for each in events])


async def test_what_is_in_force_stays_through_an_outage_and_changes_after_it(server: KafkaServer) -> None:
    await ensure_topics(server.bootstrap, planned_topics(NAMES, TABLES), 1)
    await send(server.bootstrap, FIRST, SECOND, labelled(FIRST.version))
    book = InMemoryPromptBook()

    def serving() -> str:
        prompt = book.prompt("default", "answer", "production")
        assert prompt is not None
        return prompt.version

    events = ControlEvents({PromptPublished: book.apply, PromptLabelled: book.apply}, NAMES)
    async with following(ControlReader.on_kafka(server.bootstrap, events)):
        assert serving() == FIRST.version
        pid = server.process.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(5)
        assert serving() == FIRST.version
        await server.start(print)
        await send(server.bootstrap, labelled(SECOND.version))
        began = time.monotonic()
        while serving() != SECOND.version:
            assert time.monotonic() - began < 30
            await asyncio.sleep(0.05)
        print(f"in force {time.monotonic() - began:.1f} s after it was published")  # noqa: T201 - what was measured
