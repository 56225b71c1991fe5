"""The log of a worker that `ragstream up` started: bounded, complete, and whoever writes to stderr is in it."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from infra.local.process import MARK, log_before, log_path
from infra.log_file import own_log

WRITER = textwrap.dedent("""
    import logging, os, sys
    from infra.log_file import LogFile, own_log
    handler = LogFile(own_log(os.environ), max_bytes=1_000)
    for number in range(100):
        handler.emit(logging.makeLogRecord({"msg": f"line {number:03}"}))
        if number % 10 == 0:
            os.write(1, b"native words\\n")
    os.write(2, b"last words\\n")
""")


def write(home: Path, path: Path, mark: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as log:
        subprocess.run(
            [sys.executable, "-c", WRITER], check=True, stdout=log, stderr=log, env={MARK: mark, "PYTHONPATH": "."}
        )


def test_a_log_of_ours_is_begun_anew_and_what_was_before_is_kept_once(tmp_path: Path) -> None:
    path = log_path(tmp_path, "worker-plan")
    write(tmp_path, path, f"{tmp_path}#worker-plan")
    now, before = path.read_text(), log_before(path).read_text()
    assert sorted(each.name for each in path.parent.iterdir()) == ["worker-plan.log", "worker-plan.previous.log"]
    assert len(now) < 1_100
    assert 1_000 <= len(before) < 1_100
    assert now.endswith("line 099\nlast words\n")
    assert "native words" in before + now
    numbers = [line for line in (before + now).splitlines() if line.startswith("line ")]
    assert numbers == [f"line {number:03}" for number in range(100 - len(numbers), 100)], "nothing is lost in between"


@pytest.mark.parametrize("mark", ["", "elsewhere#worker-plan", "{home}#worker-index"])
def test_stderr_that_is_not_our_log_is_left_as_it_is(tmp_path: Path, mark: str) -> None:
    path = log_path(tmp_path, "worker-plan")
    write(tmp_path, path, mark.format(home=tmp_path))
    assert [each.name for each in path.parent.iterdir()] == ["worker-plan.log"]
    assert len(path.read_text().splitlines()) == 111


def test_a_process_that_nobody_started_for_us_has_no_log_of_its_own() -> None:
    assert own_log({}) is None
