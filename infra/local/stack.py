"""Settings in, a Kafka and a Weaviate to use out: yours where a setting names one, a local one elsewhere."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from infra.local import kafka_server, weaviate_server
from infra.local.cache import locked
from infra.local.kafka_server import KafkaServer
from infra.local.process import ManagedProcess
from infra.local.progress import Progress
from infra.local.server import Probe
from infra.local.weaviate_server import WeaviateServer
from infra.settings import Settings
from schemas.failures import ConfigurationError

DEFAULT_GRPC_PORT: Final = 50_051
WORKER_GRACE_S: Final = 30.0
EXTERNAL_LIMIT_S: Final = 15.0
WIPED: Final = ("kafka", "weaviate", "state", "logs", "traces", "run", "ports.json", "weaviate.key", "dispatch.key")
"""What belongs to the local stack in a home folder; nothing else there is ever removed."""
TARGETS: Final = ".targets.json"
"""End of the names of files in `run/` that say where each worker's metrics are read, for Prometheus."""


@dataclass(frozen=True)
class Stack:
    """Where the two servers are, and how to be let in."""

    kafka_bootstrap: str
    weaviate_url: str
    weaviate_grpc_port: int
    weaviate_api_key: SecretStr | None = None
    started: tuple[str, ...] = field(default=())
    """Names of the servers that this very call started."""

    def applied_to(self, settings: Settings) -> Settings:
        """`settings` with both servers filled in, so that adapters need not know whose they are."""
        kafka = settings.kafka.model_copy(update={"bootstrap": self.kafka_bootstrap})
        weaviate = settings.weaviate.model_copy(
            update={"url": self.weaviate_url, "grpc_port": self.weaviate_grpc_port, "api_key": self.weaviate_api_key}
        )
        return settings.model_copy(update={"kafka": kafka, "weaviate": weaviate})


async def up(settings: Settings, progress: Progress) -> Stack:
    """Start the servers that no setting names and that don't run yet, and wait until both serve.

    Raises ConfigurationError, in one sentence (and the last lines of the log, if a server died), when a tool is
    missing, a server doesn't come up or one that a setting names doesn't answer. Then, and on Ctrl-C, what this
    call started is stopped again.
    """
    servers = _local(settings)
    for server in servers:
        if not server.process.running():
            server.check_tools()
    async with locked(settings.home / "run" / "up.lock", "Waiting for another `ragstream up`", progress):
        before = {server.process.name for server in servers if server.process.running()}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_external(settings))
                starts = {server.process.name: group.create_task(server.start(progress)) for server in servers}
        except BaseException as error:
            for server in servers:
                if server.process.name not in before:
                    server.process.stop(server.stop_grace_s)
            if isinstance(error, BaseExceptionGroup):
                raise error.exceptions[0] from None
            raise
    return _stack(settings, tuple(name for name, task in starts.items() if task.result()))


def down(settings: Settings, progress: Progress) -> tuple[str, ...]:
    """Stop every process under the home folder, workers before servers; returns the names of those that ran."""
    if not settings.home.exists():
        return ()
    servers = {server.process.name: server for server in _both(settings)}
    known = [process for process in ManagedProcess.known(settings.home) if process.name not in servers]
    stopped = _stop([(process, WORKER_GRACE_S) for process in known], progress)
    for left in (settings.home / "run").glob(f"*{TARGETS}"):
        left.unlink(missing_ok=True)  # by a worker that was killed: Prometheus would look for it for ever
    return stopped + _stop([(server.process, server.stop_grace_s) for server in servers.values()], progress)


def locate(settings: Settings) -> Stack | None:
    """The servers that the settings name or that run locally; None while a local one doesn't run. Starts nothing."""
    if all(server.process.running() for server in _local(settings)):
        return _stack(settings, ())
    return None


def wipe(settings: Settings) -> tuple[Path, ...]:
    """Remove the local servers' data, the workers' state, all logs and traces; returns the paths that were removed.

    Raises ConfigurationError while anything still runs.
    """
    processes = [*ManagedProcess.known(settings.home), *(server.process for server in _both(settings))]
    running = sorted({process.name for process in processes if process.running()})
    if running:
        raise ConfigurationError(f"{', '.join(running)} still run: `ragstream down` first.")
    removed = tuple(path for name in WIPED if (path := settings.home / name).exists())
    for path in removed:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return removed


def _both(settings: Settings) -> tuple[KafkaServer | WeaviateServer, ...]:
    cache = settings.cache_folder()
    return KafkaServer(settings.home, cache), WeaviateServer(settings.home, cache)


def _local(settings: Settings) -> list[KafkaServer | WeaviateServer]:
    """Those of the two that no setting names."""
    kafka, weaviate = _both(settings)
    wanted = [kafka] if settings.kafka.bootstrap is None else []
    return wanted + ([weaviate] if settings.weaviate.url is None else [])


def _stack(settings: Settings, started: tuple[str, ...]) -> Stack:
    cache = settings.cache_folder()
    bootstrap = settings.kafka.bootstrap or KafkaServer(settings.home, cache).bootstrap
    if settings.weaviate.url is not None:
        port, key = settings.weaviate.grpc_port or DEFAULT_GRPC_PORT, settings.weaviate.api_key
        return Stack(bootstrap, settings.weaviate.url, port, key, started)
    local = WeaviateServer(settings.home, cache)
    return Stack(bootstrap, local.url, local.grpc_port, SecretStr(local.api_key), started)


async def _external(settings: Settings) -> None:
    """Say it now, in one sentence, if a server that a setting names isn't there."""
    bootstrap, url = settings.kafka.bootstrap, settings.weaviate.url
    if bootstrap is not None and not await _within(lambda: kafka_server.answers(bootstrap)):
        raise ConfigurationError(f"No Kafka answers at {bootstrap} (RAGSTREAM_KAFKA__BOOTSTRAP).")
    if url is not None and not await _within(lambda: weaviate_server.answers(url)):
        raise ConfigurationError(f"No Weaviate is ready at {settings.weaviate.address} (RAGSTREAM_WEAVIATE__URL).")


async def _within(probe: Probe) -> bool:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + EXTERNAL_LIMIT_S
    while not await probe():
        if loop.time() > deadline:
            return False
        await asyncio.sleep(0.5)
    return True


def _stop(processes: list[tuple[ManagedProcess, float]], progress: Progress) -> tuple[str, ...]:
    def one(entry: tuple[ManagedProcess, float]) -> str | None:
        process, grace_s = entry
        if process.running():
            progress(f"Stopping {process.name}")
        return process.name if process.stop(grace_s) else None

    with ThreadPoolExecutor(max_workers=max(1, len(processes))) as pool:
        return tuple(name for name in pool.map(one, processes) if name is not None)
