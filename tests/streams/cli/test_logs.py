"""`ragstream logs` on files; `tests/live/test_logs.py` has it on workers."""

import json

import pytest
from typer.testing import CliRunner

from infra.local.process import log_path
from streams.cli import logs
from streams.cli.output import NotRunningError


@pytest.fixture
def shown(tmp_path, monkeypatch):
    monkeypatch.setenv("RAGSTREAM_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        return CliRunner().invoke(logs.app, list(arguments))

    return run


@pytest.fixture
def written(tmp_path):
    path = log_path(tmp_path, "worker-plan")
    path.parent.mkdir()
    lines = [
        {
            "event": f"e{number}",
            "level": level,
            "timestamp": f"2026-01-01T00:00:0{number}Z",
            "trace_id": f"t{number % 2}",
        }
        for number, level in enumerate(["info", "warning", "info", "error"])
    ]
    lines[2]["answer_id"] = "a-1"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return lines


def test_the_newest_lines_are_shown_in_the_order_of_their_times(shown, written):
    assert len(written) == 4
    done = shown("--last", "2")
    assert done.exit_code == 0
    assert [line.split()[4] for line in done.stdout.splitlines()] == ["e2", "e3"]


def test_for_machines_lines_are_passed_through(shown, written):
    assert [json.loads(line) for line in shown("plan", "--json").stdout.splitlines()] == written


def test_lines_of_a_level_or_about_an_answer_are_found(shown, written):
    assert len(written) == 4
    assert [line.split()[4] for line in shown("--level", "warning").stdout.splitlines()] == ["e1", "e3"]
    assert [line.split()[4] for line in shown("--trace", "a-1").stdout.splitlines()] == ["e0", "e2"]


def test_where_no_worker_has_run_a_sentence_says_so(shown, written):
    assert len(written) == 4
    done = shown("index")
    assert "no worker of index has logged" in str(done.exception)


def test_an_id_that_no_line_is_about_is_told_in_a_sentence(shown, written):
    assert len(written) == 4
    done = shown("--trace", "a-2")
    assert isinstance(done.exception, NotRunningError)
    assert "no line is about a-2" in str(done.exception)
    assert "no line of level error and above is about a-1" in str(shown("--trace", "a-1", "--level", "error").exception)


def test_where_nothing_is_wrong_that_is_said_beside_the_result(shown, written):
    assert len(written) == 4
    done = shown("--level", "critical")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "no line of level critical and above yet" in done.stderr


def test_following_goes_on_with_what_is_written_then(shown, written, tmp_path, monkeypatch):
    waits = iter(["e9", None])

    def sleep(_seconds):
        event = next(waits)
        if event is None:
            raise KeyboardInterrupt
        with log_path(tmp_path, "worker-plan").open("a") as log:
            log.write(json.dumps({**written[0], "event": event}) + "\n")

    monkeypatch.setattr(logs.time, "sleep", sleep)
    done = shown("--follow", "--last", "1", "--json")
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == ["e3", "e9"]
    assert done.exit_code == 130
