"""Roles in, detached worker processes out, each known to be ready by the file that it writes itself."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from infra.local.process import ManagedProcess, inherited
from infra.local.progress import Progress, telling
from infra.settings import Settings
from infra.telemetry_settings import metrics_port
from schemas.failures import ConfigurationError
from streams.cli.settings import setting_names
from streams.roles import ROLES

READY_LIMIT_S: Final = 180.0
POLL_S: Final = 0.1
_PASSED_ON: Final = ("RAGSTREAM_", "OTEL_", "CUDA_", "NVIDIA_", "OMP_")
_NAMED: Final = (
    "PYTHONPATH", "LD_LIBRARY_PATH", "XDG_CACHE_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip


@dataclass(frozen=True)
class RoleProcess:
    """One worker on this machine."""

    role: str
    process: ManagedProcess
    ready_path: Path

    def ready(self) -> bool:
        """Whether this very process has its partitions and its state: a file of an earlier one says nothing."""
        return self._said() is not None

    def embedder(self) -> dict[str, Any] | None:
        """Where the embedder of this very process runs, as its session says; None where it has none."""
        return (self._said() or {}).get("embedder")

    def candidates(self) -> list[str]:
        """Ids of the further embedders of this very process."""
        return [str(each["model"]) for each in (self._said() or {}).get("candidates", ())]

    def metrics(self) -> str | None:
        """`host:port` at which the metrics of this very process are read; None where nothing is."""
        return (self._said() or {}).get("metrics")

    def _said(self) -> dict[str, Any] | None:
        try:
            said: dict[str, Any] = json.loads(self.ready_path.read_text("utf-8"))
            pid = said["pid"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return said if pid is not None and pid == self.process.pid else None


def role_process(role: str, number: int, home: Path) -> RoleProcess:
    """The worker that is number 1, 2, … of its role."""
    return _named(role, f"worker-{role}" if number == 1 else f"worker-{role}-{number}", home)


def known_processes(role: str, home: Path) -> Sequence[RoleProcess]:
    """Number 1, whether or not it ever ran, and all others of this role that have a pid file."""
    pattern = re.compile(rf"worker-{re.escape(role)}-\d+")
    others = [each.name for each in ManagedProcess.known(home) if pattern.fullmatch(each.name)]
    return [role_process(role, 1, home), *(_named(role, name, home) for name in others)]


async def start_roles(settings: Settings, workers: int, progress: Progress) -> Sequence[str]:
    """Start what is missing of `workers` per role and wait until all are ready; gives the names started.

    `settings` name both servers. Raises `ConfigurationError` with the end of its log when a worker stops or is not
    ready in time.
    """
    numbers = [(role, number) for role in ROLES for number in range(1, workers + 1)]
    wanted = [role_process(role, number, settings.home) for role, number in numbers]
    envs = [worker_environment(settings, ROLES.index(role) + len(ROLES) * (number - 1)) for role, number in numbers]
    for each, env in zip(wanted, envs, strict=True):
        refuse_other_settings(each.process, env)
    started = [
        each.process.name
        for each, env in zip(wanted, envs, strict=True)
        if each.process.start(_command(each.role), env)
    ]
    async with telling(progress, f"Starting workers: {', '.join(started) or 'none missing'}"):
        await _all_ready(wanted)
    return started


def refuse_other_settings(process: ManagedProcess, env: Mapping[str, str]) -> None:
    """Raises `ConfigurationError` when a worker that runs already was started with settings that are not ours."""
    theirs = process.environment()
    others = sorted(name for name in setting_names() if theirs and theirs.get(name) != env.get(name))
    if others:
        names = ", ".join(others)
        raise ConfigurationError(
            f"{process.name} runs with another {names}: `ragstream down` first, or use another RAGSTREAM_HOME"
        )


def worker_environment(settings: Settings, place: int = 0) -> dict[str, str]:
    """What a worker gets: our own settings, with the servers' addresses and the home folder filled in.

    Where a port for metrics is given, the worker gets the one that lies `place` behind it.
    """
    port = metrics_port(settings.telemetry)
    given = {name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)}
    filled = {
        "RAGSTREAM_HOME": str(settings.home),
        "RAGSTREAM_CACHE": str(settings.cache_folder()),
        "RAGSTREAM_KAFKA__BOOTSTRAP": settings.kafka.bootstrap,
        "RAGSTREAM_WEAVIATE__URL": settings.weaviate.url,
        "RAGSTREAM_WEAVIATE__GRPC_PORT": settings.weaviate.grpc_port,
        "RAGSTREAM_TELEMETRY__METRICS_PORT": port + place if port else None,
        "RAGSTREAM_WEAVIATE__API_KEY": settings.weaviate.api_key and settings.weaviate.api_key.get_secret_value(),
    }
    return {
        **dict(inherited(*_NAMED)),
        **given,
        **{name: str(value) for name, value in filled.items() if value is not None},
    }


async def _all_ready(processes: Iterable[RoleProcess]) -> None:
    waiting = list(processes)
    deadline = asyncio.get_running_loop().time() + READY_LIMIT_S
    while waiting := [each for each in waiting if not each.ready()]:
        for each in waiting:
            if not each.process.running():
                raise ConfigurationError(each.process.last_words("stopped while it was starting"))
            if asyncio.get_running_loop().time() > deadline:
                raise ConfigurationError(each.process.last_words(f"was not ready after {READY_LIMIT_S:.0f} s"))
        await asyncio.sleep(POLL_S)


def _command(role: str) -> list[str]:
    return [sys.executable, "-m", "streams.cli", "worker", role]


def _named(role: str, name: str, home: Path) -> RoleProcess:
    return RoleProcess(role, ManagedProcess(name, home), home / "run" / f"{name}.ready")
