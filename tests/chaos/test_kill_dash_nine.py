"""`kill -9` to workers and servers while a thousand documents come in: the index ends exactly as planning says."""

import asyncio
import json
import os
import random
import shutil
import signal
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local import stack
from infra.local.process import ManagedProcess
from infra.settings import KafkaSettings, Settings, WeaviateSettings
from schemas.failures import TransientError
from streams.kafka_outbox import KafkaOutbox
from streams.records import Outgoing
from streams.topics import DOCUMENTS, INDEX_LOG, TopicNames
from streams.topology import ROLES
from tests.live.topic_reader import read_all
from tests.live.workers import ragstream, ragstream_json

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1_200)]

DOCUMENTS_COUNT, KILLS = 1_000, 3
WORDS = Path(__file__).read_text("utf-8").split()


@pytest.fixture
def settings() -> Iterator[Settings]:
    """A stack and workers of its own: other tests' workers are not to be killed."""
    home = Path(tempfile.mkdtemp(prefix="ragstream-"))
    settings = Settings(home=home, kafka=KafkaSettings(), weaviate=WeaviateSettings())
    try:
        yield settings
    finally:
        stack.down(settings, print)
        shutil.rmtree(home, ignore_errors=True)


def document(number: int, chance: random.Random) -> Outgoing:
    """Every third is a new version of an earlier one, every twentieth a delete, so that all operations occur."""
    doc_id = f"doc-{number - number % 3 if number % 3 == 1 else number}"
    if number % 20 == 19:
        return Outgoing("documents", f"doc-{number - 1}".encode(), None)
    paragraphs = [" ".join(chance.choices(WORDS, k=chance.randint(20, 120))) + "." for _ in range(chance.randint(1, 6))]
    return Outgoing(
        "documents", doc_id.encode(), json.dumps({"doc_id": doc_id, "text": "\n\n".join(paragraphs)}).encode()
    )


async def produce(bootstrap: str, records: list[Outgoing], seconds: float) -> None:
    async with KafkaOutbox(bootstrap, "chaos") as outbox:
        for start in range(0, len(records), 10):
            while True:
                try:
                    await outbox.send(records[start : start + 10])
                    break
                except TransientError:
                    await asyncio.sleep(0.5)
            await asyncio.sleep(seconds * 10 / len(records))


async def kill_at_random(settings: Settings, chance: random.Random) -> None:
    """Each role three times, in random order, at random moments; whoever is dead is started again by `up`."""
    victims = [role for role in ROLES for _ in range(KILLS)]
    chance.shuffle(victims)
    for role in victims:
        await asyncio.sleep(chance.uniform(0.5, 4.0))
        status = await asyncio.to_thread(ragstream_json, settings, "status")
        os.kill(status["roles"][role]["pid"], signal.SIGKILL)
        await asyncio.sleep(chance.uniform(0.0, 2.0))
        up = await asyncio.to_thread(ragstream, settings, "up", limit_s=240)
        assert up.returncode == 0, up.stderr


async def kill_servers(settings: Settings, chance: random.Random) -> None:
    """Kafka and Weaviate, each twice, in turn; back after some seconds, as a supervisor would bring them."""
    for name in ("kafka", "weaviate") * 2:
        await asyncio.sleep(chance.uniform(2.0, 4.0))
        pid = ManagedProcess(name, settings.home).pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(chance.uniform(1.0, 6.0))
        up = await asyncio.to_thread(ragstream, settings, "up", limit_s=240)
        assert up.returncode == 0, up.stderr


async def test_after_nine_killed_workers_nothing_is_missing_nothing_is_extra_and_nothing_is_twice(
    settings: Settings,
) -> None:
    """Must hold 4: each role three times, at random, during the ingest of a thousand documents."""
    await story(settings, kill_at_random)


async def test_after_four_killed_servers_nothing_is_missing_nothing_is_extra_and_nothing_is_twice(
    settings: Settings,
) -> None:
    """FAILURES 26: what is away is waited for, by producer and workers alike."""
    await story(settings, kill_servers)


async def story(settings: Settings, kill: Callable[[Settings, random.Random], Awaitable[object]]) -> None:
    seed = int(os.environ.get("RAGSTREAM_CHAOS_SEED", "20261125"))
    chance = random.Random(seed)
    up = ragstream(settings, "up", limit_s=600)
    assert up.returncode == 0, up.stderr
    bootstrap = ragstream_json(settings, "status")["kafka"]["bootstrap"]
    records = [document(number, chance) for number in range(DOCUMENTS_COUNT)]
    async with asyncio.TaskGroup() as group:
        group.create_task(produce(bootstrap, records, seconds=30))
        group.create_task(kill(settings, chance))

    verified: dict[str, Any] = await asyncio.to_thread(ragstream_json, settings, "verify", "--wait", limit_s=600)
    found = {kind: verified[kind] for kind in ("missing", "extra", "duplicates", "stale")}
    assert not any(found.values()), f"seed {seed}: {verified}"
    assert verified["planned"] > DOCUMENTS_COUNT
    logged = await read_all(bootstrap, TopicNames().wire(INDEX_LOG), DOCUMENTS_COUNT, distinct=origin_of)
    assert {origin_of(each) for each in logged} == await origins(bootstrap)
    assert ragstream_json(settings, "status")["dead_letters"] == 0


def origin_of(record: Any) -> tuple[int, int]:
    origin = json.loads(record.value)["origin"]
    return origin["partition"], origin["offset"]


async def origins(bootstrap: str) -> set[tuple[int, int]]:
    """Partition and offset of every document that was produced."""
    produced = await read_all(bootstrap, TopicNames().wire(DOCUMENTS), DOCUMENTS_COUNT)
    return {(each.partition, each.offset) for each in produced}
