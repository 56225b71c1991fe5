"""A worker's place on its machine: a folder for its tables, its name, and the file that says that it is ready."""

import dataclasses
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from infra.local.files import lock_taken, write_whole
from infra.local.process import MARK
from infra.onnx_engine import Running
from schemas.failures import ConfigurationError

MOST_INSTANCES: Final = 64
log = structlog.get_logger()


@contextmanager
def own_folder(state: Path, group: str) -> Iterator[Path]:
    """A folder for tables that no other running worker uses: the first whose lock is free, so that a restart finds it.

    It lies under the Kafka cluster's id, since RocksDB files hold positions in that cluster's changelogs.
    """
    state.mkdir(parents=True, exist_ok=True)
    for number in range(1, MOST_INSTANCES + 1):
        with (state / f"{group}-{number}.lock").open("a") as lock:
            if lock_taken(lock):
                yield state / f"{group}-{number}"
                return
    raise ConfigurationError(f"{MOST_INSTANCES} workers of {group} run on this machine already")


def process_name(role: str) -> str:
    """As it was started, or of the only one of its role."""
    return os.environ.get(MARK, "").rpartition("#")[2] or f"worker-{role}"


@contextmanager
def readiness(
    role: str, home: Path, running: Sequence[Running] = (), metrics: str | None = None
) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """A file that says that this very process has its partitions and its state; gone when it has not.

    It also says where the embedders of the process run, the main one and the candidates, and where its metrics are
    read, for `ragstream status`.
    """
    path = home / "run" / f"{process_name(role)}.ready"
    path.unlink(missing_ok=True)

    def ready() -> None:
        said = [dataclasses.asdict(each) for each in running]
        embedder = said[0] if said else None
        facts = {"pid": os.getpid(), "embedder": embedder, "candidates": said[1:], "metrics": metrics}
        write_whole(path, json.dumps(facts))
        log.info("ready", role=role)

    def lost() -> None:
        path.unlink(missing_ok=True)

    try:
        yield ready, lost
    finally:
        lost()
