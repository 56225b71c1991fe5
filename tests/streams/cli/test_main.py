"""The command line as a whole: what it lists, how it refuses, what its exit codes are."""

import json
import subprocess
import sys
from importlib import import_module

import pytest
import structlog
import typer.main
from typer.testing import CliRunner

from schemas.answers import AnswerAbstained, AnswerBlocked, AnswerFailed, AnswerServed, QuestionBlocked
from streams.cli import COMMANDS, app
from streams.cli.output import Exit
from streams.client_values import NotInTimeError


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("RAGSTREAM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RAGSTREAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("RAGSTREAM_KAFKA__BOOTSTRAP", "RAGSTREAM_WEAVIATE__URL", "RAGSTREAM_NAMESPACE", "RAGSTREAM_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments, **options: CliRunner().invoke(app, arguments, **options)


def test_help_lists_every_command_and_the_exit_codes(run):
    shown = run("--help").stdout
    assert all(name in shown for name in COMMANDS)
    assert "Exit codes" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_teaches(name):
    command = typer.main.get_command(import_module(f"streams.cli.{name.replace('-', '_')}").app)
    assert command.help
    assert all(each.help for each in command.params if each.name != "help")


def test_help_loads_none_of_the_heavy_libraries():
    heavy = ("aiokafka", "weaviate", "onnxruntime", "faust", "numpy", "pydantic")
    code = f"import sys, streams.cli; print([each for each in {heavy!r} if each in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_an_unknown_command_is_a_usage_error_with_a_suggestion(run):
    result = run("statsu")
    assert result.exit_code == Exit.USAGE
    assert "status" in result.output


def test_a_setting_that_cannot_be_used_is_named(run):
    result = run("down", env={"RAGSTREAM_NAMESPACE": "a.b"})
    assert result.exit_code == Exit.FAILED
    assert result.stderr.startswith("ragstream: RAGSTREAM_NAMESPACE cannot be used")
    assert "Traceback" not in result.output


def test_with_json_an_error_is_one_object_on_stdout(run):
    result = run("ingest", "x.txt", "--json")
    assert result.exit_code == Exit.NOT_RUNNING
    assert "ragstream up" in json.loads(result.stdout)["error"]


def test_what_was_not_in_time_is_said_as_it_is(run, monkeypatch):
    def late(_settings):
        raise NotInTimeError("no answer to question q within 1 s")

    monkeypatch.setattr(import_module("streams.cli.ask"), "kafka_of", late)
    result = run("ask", "When?")
    assert result.exit_code == Exit.FAILED
    assert result.stderr == "ragstream: no answer to question q within 1 s\n"


def test_what_is_logged_on_the_way_is_never_among_the_results(run, monkeypatch):
    topics = import_module("streams.cli.topics")
    write = topics.write_json

    def chatty(value):
        structlog.get_logger().critical("control record refused")
        write(value)

    monkeypatch.setattr(topics, "write_json", chatty)
    quiet, told = run("topics", "--json"), run("--debug", "topics", "--json")
    assert json.loads(quiet.stdout) == json.loads(told.stdout)
    assert (quiet.stderr, "control record refused" in told.stderr) == ("", True)


@pytest.mark.parametrize(
    "command", [("ask", "why?"), ("ingest", "x"), ("delete", "x"), ("dead-letters", "list"), ("verify",)]
)
def test_without_servers_commands_say_how_to_start_them(run, command):
    result = run(*command)
    assert result.exit_code == Exit.NOT_RUNNING
    assert "ragstream up" in result.stderr


def test_status_of_nothing_is_told_and_has_its_code(run):
    result = run("status", "--json")
    facts = json.loads(result.stdout)
    assert result.exit_code == Exit.NOT_RUNNING
    assert facts["kafka"] == {"bootstrap": None, "running": False}
    assert facts["weaviate"]["url"] is None
    assert {role: (found["running"], found["lag"]) for role, found in facts["roles"].items()} == {
        "plan": (False, None),
        "index": (False, None),
        "answer": (False, None),
        "learn": (False, None),
        "watch": (False, None),
        "dispatch": (False, None),
    }
    assert "down" in run("status").stdout


def test_status_shows_no_password_of_weaviates_url(run):
    url = "http://me:secret@127.0.0.1:9/?key=secret"
    for arguments in (("status",), ("status", "--json")):
        result = run(*arguments, env={"RAGSTREAM_WEAVIATE__URL": url})
        assert "http://127.0.0.1:9" in result.stdout
        assert "secret" not in result.output


def test_down_with_nothing_running_is_fine(run, tmp_path):
    assert json.loads(run("down", "--json").stdout) == {"stopped": [], "removed": []}
    assert "Nothing ran" in run("down").stdout
    assert run("down", "--wipe").exit_code == Exit.OK


@pytest.mark.parametrize(
    "command",
    [
        ("ask", "why?", "--filter", "x"),
        ("ask", "why?", "--top-k", "0"),
        ("ingest", "-", "more"),
        ("ingest", "x", "--metadata", "=x"),
        ("dead-letters", "redrive"),
        ("dead-letters", "redrive", "--all", "id"),
        ("ingest",),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(run, command):
    assert run(*command).exit_code == Exit.USAGE


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(AnswerServed, 0), (AnswerAbstained, 4), (QuestionBlocked, 5), (AnswerBlocked, 5), (AnswerFailed, 6)],
)
def test_each_outcome_of_a_question_has_its_exit_code(run, monkeypatch, outcome, code):
    answer = outcome(query_id="q", answer_id="a", text="yes")

    class Client:
        def __init__(self, *_, **__): ...
        async def __aenter__(self):
            return self

        async def __aexit__(self, *_): ...
        async def ask(self, *_, **__):
            return answer

    monkeypatch.setattr(import_module("streams.cli.ask"), "RagstreamClient", Client)
    env = {"RAGSTREAM_KAFKA__BOOTSTRAP": "localhost:1"}
    result = run("ask", "why?", "--json", env=env)
    assert result.exit_code == code
    assert outcome.model_validate_json(result.stdout) == answer
    assert run("ask", "why?", env=env).exit_code == code
