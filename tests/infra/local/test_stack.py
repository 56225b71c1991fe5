import os
import signal
import sys

import pytest
from pydantic import SecretStr

from infra.local import stack
from infra.local.process import ManagedProcess
from infra.settings import KafkaSettings, Settings, WeaviateSettings
from schemas.failures import ConfigurationError

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def told(_sentence):
    """A user who doesn't look."""


@pytest.fixture
def settings(tmp_path):
    """Both servers are yours."""
    kafka = KafkaSettings(bootstrap="kafka:9092")
    weaviate = WeaviateSettings(url="http://weaviate:8080", grpc_port=50_052, api_key=SecretStr("key"))
    yield Settings(home=tmp_path / "home", cache=tmp_path / "cache", kafka=kafka, weaviate=weaviate)
    for process in ManagedProcess.known(tmp_path / "home"):
        process.stop(0)


def locally(settings):
    return settings.model_copy(update={"kafka": KafkaSettings(), "weaviate": WeaviateSettings()})


def test_servers_that_the_settings_name_are_located_without_looking(settings):
    located = stack.locate(settings)
    assert located == stack.Stack("kafka:9092", "http://weaviate:8080", 50_052, SecretStr("key"))


def test_weaviates_grpc_port_is_its_usual_one_unless_given(settings):
    settings = settings.model_copy(update={"weaviate": WeaviateSettings(url="http://weaviate:8080")})
    assert stack.locate(settings).weaviate_grpc_port == 50_051


def test_nothing_is_located_where_nothing_runs(settings):
    assert stack.locate(locally(settings)) is None
    assert stack.down(locally(settings), told) == ()
    assert stack.wipe(locally(settings)) == ()
    assert not settings.home.exists(), "looking must leave no trace"


def test_one_that_runs_and_one_that_is_named_are_a_stack(settings):
    mixed = settings.model_copy(update={"kafka": KafkaSettings()})
    assert stack.locate(mixed) is None
    ManagedProcess("kafka", settings.home).start(SLEEPER, {})
    (settings.home / "ports.json").write_text('{"kafka": 20001}')
    located = stack.locate(mixed)
    assert (located.kafka_bootstrap, located.weaviate_url) == ("127.0.0.1:20001", "http://weaviate:8080")


def test_a_stack_fills_in_the_settings_that_adapters_read(settings):
    applied = stack.locate(settings).applied_to(locally(settings))
    assert applied.kafka.bootstrap == "kafka:9092"
    assert applied.weaviate == settings.weaviate
    assert locally(settings).kafka.bootstrap is None


def test_the_key_is_not_shown(settings):
    assert "SecretStr('**********')" in repr(stack.locate(settings))


@pytest.mark.parametrize(("named", "variable"), [("kafka", "KAFKA__BOOTSTRAP"), ("weaviate", "WEAVIATE__URL")])
async def test_a_named_server_that_does_not_answer_is_one_clear_sentence(settings, monkeypatch, named, variable):
    monkeypatch.setattr(stack, "EXTERNAL_LIMIT_S", 0.0)
    dead = {"kafka": KafkaSettings(bootstrap="127.0.0.1:9"), "weaviate": WeaviateSettings(url="http://127.0.0.1:9")}

    async def answers(_address):
        return True

    other = {"kafka": stack.weaviate_server, "weaviate": stack.kafka_server}[named]
    monkeypatch.setattr(other, "answers", answers)
    with pytest.raises(ConfigurationError, match=rf"127\.0\.0\.1:9 \(RAGSTREAM_{variable}\)"):
        await stack.up(settings.model_copy(update={named: dead[named]}), told)


async def test_a_missing_tool_is_said_before_anything_is_started(settings, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(ConfigurationError, match="needs Java"):
        await stack.up(locally(settings), told)
    assert ManagedProcess.known(settings.home) == []


async def test_what_a_failed_up_started_is_stopped_again(settings, monkeypatch):
    monkeypatch.setattr(stack, "EXTERNAL_LIMIT_S", 0.0)
    kafka = ManagedProcess("kafka", settings.home)

    async def start(self, _progress):
        return self.process.start(SLEEPER, {})

    monkeypatch.setattr(stack.KafkaServer, "start", start)
    monkeypatch.setattr(stack.KafkaServer, "check_tools", told)
    dead = WeaviateSettings(url="http://127.0.0.1:9")
    mixed = settings.model_copy(update={"kafka": KafkaSettings(), "weaviate": dead})
    with pytest.raises(ConfigurationError, match="No Weaviate is ready"):
        await stack.up(mixed, told)
    assert not kafka.running()

    kafka.start(SLEEPER, {})
    with pytest.raises(ConfigurationError, match="No Weaviate is ready"):
        await stack.up(mixed, told)
    assert kafka.running(), "it ran before, so it isn't ours to stop"


def test_down_stops_workers_before_servers_and_says_what_it_stopped(settings):
    for name in ("kafka", "worker-answer", "weaviate"):
        ManagedProcess(name, settings.home).start(SLEEPER, {})
    sentences = []
    stopped = stack.down(settings, sentences.append)
    assert stopped[0] == "worker-answer"
    assert set(stopped) == {"kafka", "worker-answer", "weaviate"}
    assert sentences[0] == "Stopping worker-answer"
    assert not any(process.running() for process in ManagedProcess.known(settings.home))
    assert stack.down(settings, told) == ()


def test_down_forgets_a_process_that_died_meanwhile(settings):
    worker = ManagedProcess("worker-plan", settings.home)
    worker.start(SLEEPER, {})
    targets = settings.home / "run" / "worker-plan.targets.json"
    targets.write_text("[]")
    os.kill(worker.pid, signal.SIGKILL)
    stack.down(settings, told)
    assert ManagedProcess.known(settings.home) == []
    assert not targets.exists()


def test_wiping_waits_until_everything_is_stopped_and_touches_nothing_else(settings):
    worker = ManagedProcess("worker-plan", settings.home)
    worker.start(SLEEPER, {})
    (settings.home / "kafka" / "data").mkdir(parents=True)
    (settings.home / "traces").mkdir()
    (settings.home / "dispatch.key").write_text("made by `ragstream up`")
    (settings.home / "notes.txt").write_text("the user's own")
    with pytest.raises(ConfigurationError, match="worker-plan still run"):
        stack.wipe(settings)
    assert (settings.home / "kafka" / "data").exists()
    stack.down(settings, told)
    stack.wipe(settings)
    assert [path.name for path in settings.home.iterdir()] == ["notes.txt"]


async def test_a_password_in_weaviates_url_is_not_told(settings, monkeypatch):
    async def answers(_bootstrap):
        return True

    monkeypatch.setattr(stack, "EXTERNAL_LIMIT_S", 0.0)
    monkeypatch.setattr(stack.kafka_server, "answers", answers)
    weaviate = WeaviateSettings(url="http://me:secret@127.0.0.1:9/?key=secret")
    with pytest.raises(ConfigurationError, match=r"No Weaviate is ready at http://127\.0\.0\.1:9 \("):
        await stack.up(settings.model_copy(update={"weaviate": weaviate}), told)
