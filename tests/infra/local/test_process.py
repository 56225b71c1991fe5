import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from infra.local.process import MARK, ManagedProcess, inherited

REPOSITORY = Path(__file__).parents[3]
SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""
STARTER = """
import os, signal, sys
from pathlib import Path
from infra.local.process import ManagedProcess
ManagedProcess("sleeper", Path(sys.argv[1])).start([sys.executable, "-c", "import time; time.sleep(60)"], {})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def home(tmp_path):
    yield tmp_path
    for process in ManagedProcess.known(tmp_path):
        process.stop(0)


@pytest.fixture
def sleeper(home):
    return ManagedProcess("sleeper", home)


def until(condition, limit_s=10.0):
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def crashed_starter(home):
    subprocess.run([sys.executable, "-c", STARTER, str(home)], cwd=REPOSITORY, check=False)
    # Linux shows a program's environment a moment after it has begun to run it.
    until(lambda: MARK in psutil.Process(ManagedProcess("sleeper", home).pid).environ())


def test_a_started_process_is_seen_by_everybody_who_looks_in_its_home(sleeper, home):
    assert sleeper.start(SLEEPER, {})
    other = ManagedProcess("sleeper", home)
    assert other.running()
    assert other.pid == sleeper.pid
    assert [process.name for process in ManagedProcess.known(home)] == ["sleeper"]


def test_what_a_process_writes_beside_its_pid_file_is_no_process(sleeper, home):
    sleeper.start(SLEEPER, {})
    (home / "run" / "sleeper.targets.json").write_text("[]")
    assert [process.name for process in ManagedProcess.known(home)] == ["sleeper"]


def test_starting_twice_keeps_the_first(sleeper, home):
    sleeper.start(SLEEPER, {})
    pid = sleeper.pid
    assert not ManagedProcess("sleeper", home).start(SLEEPER, {})
    assert sleeper.pid == pid


def test_it_leads_a_session_of_its_own_so_that_ctrl_c_passes_it_by(sleeper):
    sleeper.start(SLEEPER, {})
    assert os.getsid(sleeper.pid) == sleeper.pid != os.getsid(0)


def test_it_survives_the_crash_of_its_starter_and_can_still_be_stopped(sleeper, home):
    crashed_starter(home)
    assert sleeper.running()
    process = psutil.Process(sleeper.pid)
    assert sleeper.stop(5)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert not sleeper.running()


def test_it_is_found_again_when_the_starter_died_before_it_wrote_the_pid_file(sleeper, home):
    crashed_starter(home)
    pid = sleeper.pid
    (home / "run" / "sleeper.json").unlink()
    assert not sleeper.running()
    assert not sleeper.start(SLEEPER, {}), "a second one must not be started beside it"
    assert sleeper.pid == pid


def test_it_is_stopped_even_when_its_pid_file_was_lost(sleeper, home):
    crashed_starter(home)
    process = psutil.Process(sleeper.pid)
    (home / "run" / "sleeper.json").unlink()
    assert sleeper.stop(5)
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


def test_a_recycled_pid_is_neither_taken_for_ours_nor_killed(sleeper, home):
    with subprocess.Popen(SLEEPER) as bystander:
        try:
            (home / "run").mkdir()
            stale = {"pid": bystander.pid, "started": psutil.Process(bystander.pid).create_time() - 3_600}
            (home / "run" / "sleeper.json").write_text(json.dumps(stale))
            assert not sleeper.running()
            assert sleeper.pid is None
            assert not sleeper.stop(0)
            assert bystander.poll() is None
            assert not (home / "run" / "sleeper.json").exists()
        finally:
            bystander.kill()


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"pid": "x", "started": 1}', '{"pid": -1, "started": 1}'])
def test_a_pid_file_that_makes_no_sense_is_a_process_that_does_not_run(sleeper, home, content):
    (home / "run").mkdir()
    (home / "run" / "sleeper.json").write_text(content)
    assert not sleeper.running()
    assert sleeper.start(SLEEPER, {})


def test_a_lock_file_left_by_a_crash_locks_nothing(sleeper, home):
    (home / "run").mkdir()
    (home / "run" / "sleeper.lock").write_text("left behind")
    assert sleeper.start(SLEEPER, {})


def test_the_deaf_are_killed_after_the_grace(sleeper):
    sleeper.start([sys.executable, "-c", STUBBORN], {})
    until(lambda: "deaf" in sleeper.tail())
    began = time.monotonic()
    assert sleeper.stop(0.3)
    assert 0.3 <= time.monotonic() - began < 5
    assert not sleeper.running()


def test_its_children_go_with_it(sleeper):
    sleeper.start(["/bin/sh", "-c", "sleep 60 & echo ready; wait"], dict(inherited()))
    until(lambda: "ready" in sleeper.tail() and psutil.Process(sleeper.pid).children())
    (child,) = psutil.Process(sleeper.pid).children()
    sleeper.stop(5)
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_a_dead_child_of_a_living_starter_does_not_run(sleeper):
    sleeper.start(SLEEPER, {})
    os.kill(sleeper.pid, signal.SIGKILL)
    until(lambda: not sleeper.running())
    assert not sleeper.stop(0)


def test_the_log_of_the_run_before_is_kept_beside_the_new_one(sleeper):
    for words in ("first", "second"):
        sleeper.start([sys.executable, "-c", f"print({words!r})"], {})
        until(lambda: not sleeper.running())
    assert sleeper.tail() == "second"
    assert sleeper.log_path.with_suffix(".previous.log").read_text() == "first\n"


def test_the_tail_is_the_last_lines_however_long_the_log(sleeper):
    sleeper.start([sys.executable, "-c", "for n in range(100_000): print(n)"], {})
    until(lambda: not sleeper.running())
    assert sleeper.tail(2) == "99998\n99999"


def test_without_a_log_the_tail_is_empty(sleeper):
    assert sleeper.tail() == ""


def test_the_environment_is_the_one_that_was_given(sleeper, monkeypatch):
    monkeypatch.setenv("CLUSTER_JOIN", "somebody-elses-cluster")
    sleeper.start([sys.executable, "-c", "import os; print('CLUSTER_JOIN' in os.environ, os.environ['A'])"], {"A": "1"})
    until(lambda: not sleeper.running())
    assert sleeper.tail() == "False 1"


def test_a_program_that_is_not_there_raises_and_leaves_nothing(sleeper):
    with pytest.raises(OSError, match="no-such-program"):
        sleeper.start(["/no-such-program"], {})
    assert not sleeper.running()
