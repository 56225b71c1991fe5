"""The demonstration when things go wrong, on servers and workers that are no such thing."""

import asyncio
import sys
from contextlib import asynccontextmanager

import pytest
from typer.testing import CliRunner

from infra.local.process import ManagedProcess
from infra.settings import KafkaSettings, Settings, WeaviateSettings
from schemas.answers import AnswerServed
from schemas.failures import ConfigurationError
from streams.cli import app, demo, demo_worlds
from streams.cli.output import Exit
from streams.cli.role_processes import role_process
from streams.roles import ROLES


class StuckWorld:
    """Takes documents and never reports one."""

    async def ingest(self, documents, _tally):
        async for _ in documents:
            pass
        await asyncio.sleep(60)


@asynccontextmanager
async def stuck_world(_settings, _progress):
    async with asyncio.TaskGroup():
        yield StuckWorld()


class AnsweringWorld:
    """Has an answer to everything."""

    async def ingest(self, documents, _tally):
        async for _ in documents:
            pass

    async def ask(self, _text):
        return AnswerServed(query_id="q", answer_id="a-7", text="So.", freshness_ms=1, timings_ms={"total": 1.0})


@asynccontextmanager
async def answering_world(_settings, _progress):
    yield AnsweringWorld()


def test_a_demonstration_ends_with_how_to_see_what_happened_to_its_answers(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "memory_world", answering_world)
    monkeypatch.setenv("RAGSTREAM_HOME", str(tmp_path / "home"))
    (tmp_path / "a.md").write_text("Some text.")
    result = CliRunner().invoke(app, ["demo", "--in-memory", "--docs", str(tmp_path)])
    assert result.exit_code == Exit.OK
    assert result.stdout.count("answer a-7") == len(demo.QUESTIONS)
    assert "`ragstream trace ANSWER_ID`" in result.stderr


def test_a_demonstration_that_gets_nowhere_ends_and_says_where_to_look(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "memory_world", stuck_world)
    monkeypatch.setattr(demo, "INGEST_LIMIT_S", 0.2)
    monkeypatch.setenv("RAGSTREAM_HOME", str(tmp_path / "home"))
    (tmp_path / "a.md").write_text("Some text.")
    result = CliRunner().invoke(app, ["demo", "--in-memory", "--docs", str(tmp_path)])
    assert result.exit_code == Exit.FAILED
    assert "was not in the index after 0.2 s" in result.stderr
    assert str(tmp_path / "home" / "logs") in result.stderr


async def test_a_worker_that_dies_ends_the_demonstration_with_its_last_words(tmp_path, monkeypatch):
    settings = Settings(
        home=tmp_path, kafka=KafkaSettings(bootstrap="localhost:1"), weaviate=WeaviateSettings(url="http://localhost:2")
    )

    async def bring_up(*_):
        for role in ROLES:
            script = "import time; time.sleep(0.5); raise SystemExit('out of memory')"
            role_process(role, 1, tmp_path).process.start([sys.executable, "-c", script], {})
        return settings, []

    class Client:
        def __init__(self, *_, **__): ...
        async def __aenter__(self):
            return self

        async def __aexit__(self, *_): ...

    monkeypatch.setattr(demo_worlds, "bring_up", bring_up)
    monkeypatch.setattr(demo_worlds, "RagstreamClient", Client)
    monkeypatch.setattr(demo_worlds, "WATCH_EVERY_S", 0.05)
    with pytest.RaisesGroup(ConfigurationError) as caught:
        async with demo_worlds.kafka_world(settings, lambda _: None):
            await asyncio.sleep(30)
    assert "stopped. The last lines of" in str(caught.value.exceptions[0])
    assert "out of memory" in str(caught.value.exceptions[0])
    assert not any(process.running() for process in ManagedProcess.known(tmp_path))
