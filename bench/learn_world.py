"""A Kafka and one worker of the role learn, in a home of their own: to be started, killed, and looked into."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.ingest_processes import tell
from infra.local import stack
from infra.local.kafka_server import KafkaServer
from infra.settings import KafkaSettings, Settings
from streams.cli.role_processes import role_process, worker_environment
from streams.client_reader import TopicReader
from streams.kafka_admin import changelog_name, ensure_topics, planned_topics
from streams.kafka_outbox import KafkaOutbox
from streams.records import Outgoing, Record
from streams.roles import LEARN, SOURCES, TABLES
from streams.stages import Table
from streams.status import kafka_status
from streams.topic import Topic
from streams.topics import TopicNames

NAMES: Final = TopicNames()
SESSION: Final = {
    "RAGSTREAM_BULK_NICENESS": "0",
    "RAGSTREAM_KAFKA__SESSION_TIMEOUT_S": "6",
    "RAGSTREAM_KAFKA__HEARTBEAT_S": "1",
}
"""After a kill the group waits no longer than the broker lets it."""
READY_LIMIT_S: Final = 120.0
AT_ONCE: Final = 2_000
POLL_S: Final = 1.0


@dataclass
class LearnWorld:
    """One home. `settings` name its Kafka."""

    settings: Settings

    @property
    def bootstrap(self) -> str:
        return self.settings.kafka.bootstrap or ""

    async def start(self, **env: str) -> float:
        """Start the worker and wait until it is ready; gives the seconds that it took."""
        began = time.perf_counter()
        role = role_process(LEARN, 1, self.settings.home)
        role.process.start([sys.executable, "-m", "streams.cli", "worker", LEARN], self._environment(env))
        while not role.ready():
            if not role.process.running() or time.perf_counter() - began > READY_LIMIT_S:
                raise SystemExit(role.process.last_words("did not become ready"))
            await asyncio.sleep(0.05)
        return time.perf_counter() - began

    def kill(self) -> None:
        """As the kernel does it when memory runs out: at once, and without a word."""
        pid = role_process(LEARN, 1, self.settings.home).process.pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        role_process(LEARN, 1, self.settings.home).process.stop(15)

    def _environment(self, env: Mapping[str, str]) -> dict[str, str]:
        return {**worker_environment(self.settings), **SESSION, **env}

    async def send(self, records: Sequence[Outgoing]) -> None:
        """In order; returns when Kafka has all of them."""
        async with KafkaOutbox(self.bootstrap, "bench") as outbox:
            for start in range(0, len(records), AT_ONCE):
                await outbox.send(records[start : start + AT_ONCE])

    async def lags(self) -> dict[str, int]:
        """By topic, of what the role has yet to commit."""
        found = await kafka_status(self.bootstrap, NAMES, {LEARN: SOURCES[LEARN]})
        return {topic: lag or 0 for topic, lag in found.lags_by_topic[LEARN].items()}

    async def settled(self, limit_s: float, *topics: str) -> float:
        """Wait until the role is through with `topics`, by default all; gives the seconds. Raises `SystemExit`."""
        began = time.perf_counter()
        quiet = 0
        while quiet < 2:  # what one stage commits may be on its way to the next
            lags = await self.lags()
            quiet = quiet + 1 if not any(lag for topic, lag in lags.items() if topic in topics or not topics) else 0
            if time.perf_counter() - began > limit_s:
                raise SystemExit(f"still behind after {limit_s:.0f} s: {lags}")
            await asyncio.sleep(POLL_S)
        return time.perf_counter() - began

    async def read(self, topic: Topic) -> list[Record]:
        """All of a topic, partition by partition in order."""
        async with TopicReader.of(self.bootstrap, NAMES, [topic]) as reader:
            ends = await reader.ends()
            reader.seek(await reader.beginnings())
            return [record async for record in reader.records_until(ends)]

    async def states(self, table: Table) -> dict[bytes, bytes]:
        """What is kept in a table, as its changelog has it."""
        found: dict[bytes, bytes] = {}
        name = changelog_name(table, NAMES)
        async with TopicReader(self.bootstrap, {name: table.source.partitions}) as reader:
            ends = await reader.ends()
            reader.seek(await reader.beginnings())
            async for record in reader.records_until(ends):
                if record.key is not None and record.value is not None:
                    found[record.key] = record.value
                else:
                    found.pop(record.key or b"", None)
        return found


@asynccontextmanager
async def learn_world() -> AsyncIterator[LearnWorld]:
    """A Kafka with all topics; whatever was started is stopped at the end, and the home removed."""
    home = Path(tempfile.mkdtemp(prefix="ragstream-learn-"))
    settings = Settings(home=home)
    try:
        kafka = KafkaServer(settings.home, settings.cache_folder())
        await kafka.start(tell)
        settings = settings.model_copy(update={"kafka": KafkaSettings(bootstrap=kafka.bootstrap)})
        await ensure_topics(kafka.bootstrap, planned_topics(NAMES, TABLES), 1)
        yield LearnWorld(settings)
    finally:
        stack.down(Settings(home=home), tell)
        shutil.rmtree(home, ignore_errors=True)
