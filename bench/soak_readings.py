"""A home folder in; series of its workers' endpoints, the size of their logs, and words that are there, out."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

ACCEPT = "application/openmetrics-text; version=1.0.0"
MEMORY = re.compile(r"^process_memory_usage_bytes (\S+)$", re.MULTILINE)
TOLD = ("logs/*.log", "traces/*")
"""What workers write of themselves."""


@dataclass(frozen=True)
class Reading:
    """All workers at one time."""

    at_s: float
    series: frozenset[str]
    """With the worker's role in front."""
    size: int
    """Bytes of all that was read."""
    seconds: float
    """That it took."""
    memory: dict[str, float]
    """Resident bytes by role."""


def read_all(home: Path, at_s: float) -> Reading:
    began = time.perf_counter()
    texts = {role: read(address) for role, address in endpoints(home)}
    took = time.perf_counter() - began
    return Reading(
        at_s,
        frozenset(f"{role} {each}" for role, text in texts.items() for each in series(text)),
        sum(map(len, texts.values())),
        took,
        {role: float(found[1]) for role, text in texts.items() if (found := MEMORY.search(text))},
    )


def endpoints(home: Path) -> list[tuple[str, str]]:
    """Role and address of each worker, from the files that Prometheus reads."""
    found = [json.loads(path.read_text("utf-8"))[0] for path in sorted(home.glob("run/*.targets.json"))]
    return [(each["labels"]["role"], each["targets"][0]) for each in found]


def read(address: str) -> str:
    with urlopen(Request(f"http://{address}/metrics", headers={"Accept": ACCEPT}), timeout=10) as answer:
        return str(answer.read().decode())


def series(text: str) -> list[str]:
    """Names and labels of the samples, without values and exemplars."""
    samples = (line.partition(" # {")[0] for line in text.splitlines() if not line.startswith("#"))
    return [each.rpartition(" ")[0] for each in samples]


def log_bytes(home: Path) -> int:
    """Of all logs, kept ones and those before."""
    return sum(path.stat().st_size for path in home.glob("logs/worker-*.log"))


def found_in(home: Path, words: Sequence[str]) -> list[str]:
    """The words that are in a log or a trace file, with the file's name."""
    found = []
    for pattern in TOLD:
        for path in sorted(home.glob(pattern)):
            text = path.read_text("utf-8", errors="replace")
            found += [f"{word} in {path.name}" for word in words if word in text]
    return found
