import json

import pytest
from typer.testing import CliRunner

from infra.local.llm_server import MODEL, LlmServer
from streams.cli import app

ADDRESS = "http://127.0.0.1:25000/v1"


@pytest.fixture
def command(monkeypatch, tmp_path):
    """Runs `ragstream llm …` where nothing ever ran."""
    monkeypatch.setenv("RAGSTREAM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RAGSTREAM_CACHE", str(tmp_path / "cache"))
    return lambda *arguments: CliRunner().invoke(app, ["llm", *arguments])


@pytest.fixture
def started(monkeypatch, tmp_path):
    """The sizes that a server was started with; none really is."""
    sizes = []

    async def start(self, size, _progress):
        (tmp_path / "home").mkdir(exist_ok=True)
        (tmp_path / "home" / "ports.json").write_text('{"llm": 25000}')
        sizes.append(size)
        return True

    monkeypatch.setattr(LlmServer, "start", start)
    return sizes


def test_what_it_prints_is_what_a_shell_evaluates(command, started):
    done = command("up", "--slots", "3")
    assert done.stdout.splitlines() == [
        "export RAGSTREAM_GENERATOR__KIND=openai",
        f"export RAGSTREAM_GENERATOR__BASE_URL={ADDRESS}",
        f"export RAGSTREAM_GENERATOR__MODEL={MODEL}",
        "export RAGSTREAM_GENERATOR__CONCURRENCY=3",
        "export RAGSTREAM_GENERATOR__FIRST_TOKEN_TIMEOUT_S=60",
    ]
    assert [each.slots for each in started] == [3]


def test_machines_get_one_object(command, started):
    found = json.loads(command("up", "--json").stdout)
    assert (found["base_url"], found["started"], found["running"]) == (ADDRESS, True, False)
    assert found["variables"]["RAGSTREAM_GENERATOR__BASE_URL"] == ADDRESS


def test_where_none_ever_ran_nothing_is_started_by_looking(command, tmp_path):
    done = command("status", "--json")
    assert (done.exit_code, json.loads(done.stdout)["running"]) == (3, False)
    assert json.loads(command("down", "--json").stdout) == {"stopped": False}
    assert [line.split() for line in command("down").stdout.splitlines()] == [["stopped", "no"]]


@pytest.mark.parametrize("arguments", [("--threads", "0"), ("--slots", "0"), ("--context", "1"), ("--slots", "many")])
def test_a_size_that_makes_no_sense_is_a_usage_error(command, started, arguments):
    assert command("up", *arguments).exit_code == 2
    assert started == []
