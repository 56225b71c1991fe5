"""A command line in, a detached and supervised process out: it outlives its starter, and whoever comes next finds it.

The trap is the recycled pid: a pid file alone never proves anything, so a process is ours only if the pid was also
started at the second that the file records, or carries our mark in its environment.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Self

import psutil

from infra.local.files import held, write_whole

MARK: Final = "RAGSTREAM_PROCESS"
"""Environment variable that tells a supervised process from any other: `<home>#<name>`."""
START_TOLERANCE_S: Final = 1.0
"""A process's start is known to a clock tick; a pid can't come round again within a second."""
KILL_WAIT_S: Final = 5.0


def log_path(home: Path, name: str) -> Path:
    """Where the output of the process of that name goes."""
    return home / "logs" / f"{name}.log"


def log_before(path: Path) -> Path:
    """The file that is kept beside a log: what was in it before."""
    return path.with_suffix(".previous.log")


class ManagedProcess:
    """One named process under a home folder.

    Its pid file is `run/<name>.json`, its output goes to `logs/<name>.log`; the log of the run before is kept
    beside it as `<name>.previous.log`. A worker that has filled its log does the same (`infra/log_file.py`).
    """

    def __init__(self, name: str, home: Path) -> None:
        self.name = name
        self.log_path = log_path(home, name)
        self._pid_path = home / "run" / f"{name}.json"
        self._lock_path = home / "run" / f"{name}.lock"
        self._mark = f"{home}#{name}"
        self._child: subprocess.Popen[bytes] | None = None

    @classmethod
    def known(cls, home: Path) -> list[Self]:
        """Every process that has a pid file under `home`, running or not. Other files there have a dot in the name."""
        return [cls(path.stem, home) for path in sorted((home / "run").glob("*.json")) if "." not in path.stem]

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        process = self._process()
        return None if process is None else process.pid

    def running(self) -> bool:
        return self._process() is not None

    def environment(self) -> Mapping[str, str] | None:
        """The environment that it was started with; None while it doesn't run, or where that cannot be read."""
        process = self._process()
        try:
            return None if process is None else process.environ()
        except (psutil.Error, OSError):
            return None

    def start(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> bool:
        """Start `argv` in a session of its own, with exactly `env` and our mark, unless it runs already.

        Returns whether it was started by this call. Raises OSError when the program can't be executed.
        """
        with held(self._lock_path):
            if self.running() or self._adopt():
                return False
            self.log_path.parent.mkdir(parents=True, exist_ok=True)
            if self.log_path.exists():
                self.log_path.replace(log_before(self.log_path))
            with self.log_path.open("wb") as log:
                self._child = subprocess.Popen(  # noqa: S603 the caller's own command line, no shell
                    list(argv),
                    env={**env, MARK: self._mark},
                    cwd=cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            # A child that is gone already leaves no pid file: `running` then says no, and the log says why.
            with contextlib.suppress(psutil.Error):
                self._record(psutil.Process(self._child.pid))
            return True

    def stop(self, grace_s: float) -> bool:
        """SIGTERM, and SIGKILL for it and its children after `grace_s` seconds; returns whether it was running."""
        with held(self._lock_path):
            process = self._process() or self._adopt()
            if process is None:
                self._pid_path.unlink(missing_ok=True)
                return False
            family = [process, *_children(process)]
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGTERM)
            self._wait(process, grace_s)
            for member in family:
                # psutil compares start times before it signals, so a pid recycled meanwhile is left alone.
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.kill()
            self._wait(process, KILL_WAIT_S)
            self._pid_path.unlink(missing_ok=True)
            return True

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log; empty when there is none."""
        try:
            with self.log_path.open("rb") as log:
                log.seek(max(0, os.fstat(log.fileno()).st_size - 400 * lines))
                return "\n".join(log.read().decode("utf-8", "replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""

    def last_words(self, what: str, title: str | None = None) -> str:
        """A sentence about what it did, under its name or `title`, and the last lines of its log."""
        return f"{title or self.name} {what}. The last lines of {self.log_path}:\n{self.tail()}"

    def _process(self) -> psutil.Process | None:
        if self._child is not None:
            self._child.poll()  # reaps it, so that our own dead child isn't seen as a live zombie
        try:
            recorded = json.loads(self._pid_path.read_text("utf-8"))
            process = psutil.Process(int(recorded["pid"]))
            same = abs(process.create_time() - float(recorded["started"])) <= START_TOLERANCE_S or self._marked(process)
        except (FileNotFoundError, ValueError, KeyError, TypeError, psutil.Error):
            return None
        return process if same and _alive(process) else None

    def _adopt(self) -> psutil.Process | None:
        """Find the process whose pid file was lost: the starter died in between, or the file was deleted."""
        for process in psutil.process_iter():
            # Children inherit the mark, but only the process that we started leads a session.
            with contextlib.suppress(psutil.Error, OSError):
                if os.getsid(process.pid) == process.pid and self._marked(process) and _alive(process):
                    self._record(process)
                    return process
        return None

    def _marked(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARK) == self._mark
        except (psutil.Error, OSError):
            return False

    def _record(self, process: psutil.Process) -> None:
        write_whole(self._pid_path, json.dumps({"pid": process.pid, "started": process.create_time()}))

    def _wait(self, process: psutil.Process, limit_s: float) -> None:
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            if self._child is not None:
                self._child.poll()
            if not _alive(process):
                return
            time.sleep(0.05)


def _alive(process: psutil.Process) -> bool:
    """A zombie holds no port, no file and no memory: it counts as gone."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def inherited(*names: str) -> Iterator[tuple[str, str]]:
    """The named variables of our own environment that are set, and those that every program needs."""
    for name in ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", *names):
        if name in os.environ:
            yield name, os.environ[name]
