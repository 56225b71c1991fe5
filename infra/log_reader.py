"""The workers' log files below a home folder in, their lines out: the newest first, or those that are written from now.

A log is read from its end, so that the last lines of a large one cost no more than those of a small one.
"""

import heapq
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final

from infra.local.process import log_before

BLOCK: Final = 65_536
NUMBERED: Final = re.compile(r"worker-([a-z]+)(?:-\d+)?\.log")


@dataclass(frozen=True)
class LogLine:
    """One line. What a library wrote past the logs is all in `event`, and has the time of the line before it."""

    worker: str
    text: str
    at: str = ""
    """ISO 8601 in UTC, so that lines are in the order of their texts; empty before the first that says."""
    fields: dict[str, Any] = field(default_factory=dict)


def worker_logs(home: Path, role: str | None = None) -> list[Path]:
    """The logs of workers, of one role or all; without those of the runs before."""
    found = (home / "logs").glob("worker-*.log")
    return sorted(each for each in found if (name := NUMBERED.fullmatch(each.name)) and role in {None, name[1]})


def newest_first(paths: list[Path]) -> Iterator[LogLine]:
    """All lines of these logs and of what is kept of what was before, by their times."""
    return heapq.merge(*(_backwards(path) for path in paths), key=lambda line: line.at, reverse=True)


def parsed(worker: str, text: str, before: str = "") -> LogLine:
    """A line as it stands in a log; `before` is the time of the one before it."""
    try:
        fields = json.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        return LogLine(worker, text, before, {"event": text})
    at = fields.get("timestamp")
    return LogLine(worker, text, at if isinstance(at, str) else before, fields)


class Following:
    """Logs as they grow: each call of `new` gives what was written since the last, whole lines only."""

    def __init__(self, home: Path, role: str | None = None) -> None:
        self._home = home
        self._role = role
        self._open: dict[Path, _Growing] = {}
        for path in worker_logs(home, role):
            self._begin(path, os.SEEK_END)

    def new(self) -> list[LogLine]:
        """By their times. A log that was begun anew is read to its end first; new workers are found."""
        found: list[LogLine] = []
        for path in {*self._open, *worker_logs(self._home, self._role)}:
            growing = self._open.get(path)
            if growing is not None:
                found.extend(growing.lines())
            if growing is None or growing.turned_over(path):
                if growing is not None:
                    found.extend(growing.lines())
                    growing.file.close()
                    del self._open[path]
                self._begin(path, os.SEEK_SET)
                if path in self._open:
                    found.extend(self._open[path].lines())
        return sorted(found, key=lambda line: line.at)

    def close(self) -> None:
        for growing in self._open.values():
            growing.file.close()

    def _begin(self, path: Path, whence: int) -> None:
        try:
            file = path.open("rb")
        except FileNotFoundError:  # turned over just now: next time
            return
        file.seek(0, whence)
        self._open[path] = _Growing(file, path.stem)


@dataclass
class _Growing:
    file: IO[bytes]
    worker: str
    half: bytes = b""
    at: str = ""

    def lines(self) -> Iterator[LogLine]:
        *whole, self.half = (self.half + self.file.read()).split(b"\n")
        for each in whole:
            line = parsed(self.worker, each.decode("utf-8", "replace"), self.at)
            self.at = line.at
            yield line

    def turned_over(self, path: Path) -> bool:
        try:
            return not os.path.samestat(os.fstat(self.file.fileno()), path.stat())
        except FileNotFoundError:
            return False


def _backwards(path: Path) -> Iterator[LogLine]:
    """Lines of a log and of what was before, the last first; those without a time have that of the line before."""
    timeless: list[str] = []
    for text in chain(_texts(path), _texts(log_before(path))):
        line = parsed(path.stem, text)
        if not line.at:
            timeless.append(text)
            continue
        yield from (parsed(path.stem, each, line.at) for each in timeless)
        timeless.clear()
        yield line
    yield from (parsed(path.stem, each) for each in timeless)


def _texts(path: Path) -> Iterator[str]:
    """The lines of a file, the last first; nothing of one that is not there."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        place, half = file.seek(0, os.SEEK_END), b""
        while place > 0:
            size = min(BLOCK, place)
            place -= size
            file.seek(place)
            half, *whole = (file.read(size) + half).split(b"\n")
            yield from (each.decode("utf-8", "replace") for each in reversed(whole) if each)
        if half:
            yield half.decode("utf-8", "replace")
