import asyncio
import json
import os
import sys

import pytest
from pydantic import SecretStr

from infra.settings import KafkaSettings, Settings, WeaviateSettings
from schemas.failures import ConfigurationError
from streams.cli import role_processes
from streams.cli.role_processes import (
    known_processes,
    refuse_other_settings,
    role_process,
    start_roles,
    worker_environment,
)
from streams.roles import ROLES

READY = """
import json, os, pathlib, signal, sys, time
name = os.environ["RAGSTREAM_PROCESS"].rpartition("#")[2]
path = pathlib.Path(os.environ["RAGSTREAM_HOME"]) / "run" / f"{name}.ready"
path.write_text(json.dumps({"pid": os.getpid()}))
time.sleep(60)
"""


@pytest.fixture
def settings(tmp_path):
    yield Settings(
        home=tmp_path,
        kafka=KafkaSettings(bootstrap="localhost:1"),
        weaviate=WeaviateSettings(url="http://localhost:2", grpc_port=3, api_key=SecretStr("key")),
    )
    for role in ROLES:
        for each in known_processes(role, tmp_path):
            each.process.stop(5)


def runs(monkeypatch, script):
    monkeypatch.setattr(role_processes, "_command", lambda role: [sys.executable, "-c", script])


async def test_roles_are_started_once_and_found_again(settings, monkeypatch):
    runs(monkeypatch, READY)
    assert await start_roles(settings, 1, lambda _: None) == [f"worker-{role}" for role in ROLES]
    pids = {role: role_process(role, 1, settings.home).process.pid for role in ROLES}
    assert await start_roles(settings, 1, lambda _: None) == []
    assert {role: role_process(role, 1, settings.home).process.pid for role in ROLES} == pids


async def test_only_what_is_missing_is_started(settings, monkeypatch):
    runs(monkeypatch, READY)
    await start_roles(settings, 1, lambda _: None)
    role_process("index", 1, settings.home).process.stop(5)
    assert await start_roles(settings, 2, lambda _: None) == [
        "worker-plan-2", "worker-index", "worker-index-2", "worker-answer-2", "worker-learn-2",
        "worker-watch-2", "worker-dispatch-2",
    ]  # fmt: skip
    assert [each.process.name for each in known_processes("index", settings.home)] == ["worker-index", "worker-index-2"]


async def test_a_worker_that_stops_gives_its_last_words(settings, monkeypatch):
    runs(monkeypatch, "import sys; sys.exit('no model here')")
    with pytest.raises(ConfigurationError, match="stopped while it was starting") as caught:
        await start_roles(settings, 1, lambda _: None)
    assert "no model here" in str(caught.value)


async def test_the_ready_file_of_an_earlier_process_says_nothing(settings, monkeypatch):
    runs(monkeypatch, "import time; time.sleep(60)")
    worker = role_process("plan", 1, settings.home)
    worker.ready_path.parent.mkdir(parents=True)
    worker.ready_path.write_text(json.dumps({"pid": os.getpid()}))
    assert not worker.ready()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await start_roles(settings, 1, lambda _: None)


def test_a_worker_gets_the_servers_and_every_setting_of_ours(settings, monkeypatch):
    monkeypatch.setenv("RAGSTREAM_NAMESPACE", "mine")
    monkeypatch.setenv("UNRELATED_SECRET", "no")
    env = worker_environment(settings)
    assert env["RAGSTREAM_KAFKA__BOOTSTRAP"] == "localhost:1"
    assert env["RAGSTREAM_WEAVIATE__URL"] == "http://localhost:2"
    assert env["RAGSTREAM_WEAVIATE__GRPC_PORT"] == "3"
    assert env["RAGSTREAM_WEAVIATE__API_KEY"] == "key"
    assert env["RAGSTREAM_HOME"] == str(settings.home)
    assert env["RAGSTREAM_NAMESPACE"] == "mine"
    assert "UNRELATED_SECRET" not in env


def test_each_worker_has_a_port_of_its_own_for_its_metrics(settings):
    given = settings.model_copy(update={"telemetry": settings.telemetry.model_copy(update={"metrics_port": 9_464})})
    ports = {worker_environment(given, place)["RAGSTREAM_TELEMETRY__METRICS_PORT"] for place in range(3)}
    assert ports == {"9464", "9465", "9466"}
    assert "RAGSTREAM_TELEMETRY__METRICS_PORT" not in worker_environment(settings)


def test_each_worker_has_a_port_of_its_own_where_opentelemetrys_variable_gives_the_first(settings, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_PROMETHEUS_PORT", "9464")
    ports = {worker_environment(settings, place)["RAGSTREAM_TELEMETRY__METRICS_PORT"] for place in range(3)}
    assert ports == {"9464", "9465", "9466"}


def test_a_worker_that_runs_with_other_settings_is_not_taken_for_ours():
    class Running:
        name = "worker-plan"

        def environment(self):
            return {"RAGSTREAM_NAMESPACE": "blue", "RAGSTREAM_HOME": "/h", "RAGSTREAM_PROCESS": "/h#worker-plan"}

    refuse_other_settings(Running(), {"RAGSTREAM_NAMESPACE": "blue", "RAGSTREAM_HOME": "/h", "PATH": "/bin"})
    with pytest.raises(ConfigurationError, match="worker-plan runs with another RAGSTREAM_NAMESPACE: `ragstream down`"):
        refuse_other_settings(Running(), {"RAGSTREAM_HOME": "/h"})


def test_a_worker_that_does_not_run_has_no_settings_to_differ():
    class Stopped:
        name = "worker-plan"

        def environment(self):
            return None

    refuse_other_settings(Stopped(), {"RAGSTREAM_NAMESPACE": "blue"})
