"""A way to trace in, workers that trace so out: `off`, `files`, a collector that is `down`, one that `hangs`."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra.settings import Settings
from streams.cli.role_processes import worker_environment

MIB = 2**20
ROLES = ("plan", "index", "answer")
MODES = ("off", "files", "down", "hangs")
READY_LIMIT_S = 180.0
STOP_LIMIT_S = 60.0


@dataclass(frozen=True)
class Spent:
    """What the workers of a mode have taken so far."""

    cpu_s: float
    rss_mib: float


class Workers:
    """One worker of each role, in a namespace and a home of their own; without metrics, as `off` has none."""

    def __init__(self, mode: str, settings: Settings, variables: Mapping[str, str]) -> None:
        home = settings.home / mode
        home.mkdir(parents=True)
        self.mode = mode
        self.settings = settings.model_copy(update={"home": home, "namespace": f"tracing{mode}"})
        given = {"RAGSTREAM_NAMESPACE": self.settings.namespace, "OTEL_METRICS_EXPORTER": "none", **variables}
        self._logs = {role: home / f"{role}.log" for role in ROLES}
        self._processes = {role: self._started(role, given) for role in ROLES}

    def _started(self, role: str, given: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self._logs[role].open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "streams.cli", "worker", role],
                env={**worker_environment(self.settings), **given},
                stdout=log,
                stderr=log,
            )

    def wait(self) -> None:
        deadline = time.monotonic() + READY_LIMIT_S
        for role, process in self._processes.items():
            while not (self.settings.home / "run" / f"worker-{role}.ready").exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(
                        f"{role} of {self.mode} did not start: {self._logs[role].read_text('utf-8')[-500:]}"
                    )
                time.sleep(0.1)

    def spent(self) -> Spent:
        processes = [psutil.Process(each.pid) for each in self._processes.values()]
        times = [each.cpu_times() for each in processes]
        return Spent(
            sum(each.user + each.system for each in times), sum(each.memory_info().rss for each in processes) / MIB
        )

    def stop(self) -> tuple[float, int]:
        """Seconds until all have ended on SIGTERM, and how many spans they say they dropped."""
        began = time.monotonic()
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            process.wait(STOP_LIMIT_S)
        return time.monotonic() - began, sum(map(_dropped, self._logs.values()))

    def kill(self) -> None:
        for process in self._processes.values():
            process.kill()
            process.wait()


@contextmanager
def all_modes(settings: Settings) -> Iterator[dict[str, Workers]]:
    """Workers of every mode, at once: they take turns at the same work, so that whatever else happens is shared."""
    with ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=1_024))
        variables = {
            "off": {"OTEL_SDK_DISABLED": "true"},
            "files": {},
            "down": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"},
            "hangs": {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}"},
        }
        found = {}
        for mode in MODES:
            found[mode] = Workers(mode, settings, variables[mode])
            stack.callback(found[mode].kill)
        for workers in found.values():
            workers.wait()
        yield found


def _dropped(log: Path) -> int:
    """What the last line about it says: the log is JSON where it is no terminal."""
    told = 0
    for line in log.read_text("utf-8", "replace").splitlines():
        if '"spans dropped"' in line:
            told = json.loads(line)["dropped"]
    return told
