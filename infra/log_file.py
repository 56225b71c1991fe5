"""Log records in, lines on stderr out; where stderr is a file that `ragstream up` gave us, it is kept small.

The process that started us is gone, so nobody else can begin a new file. Everything that the process writes is in it,
native libraries' words and a crash's last ones too, so stderr itself is moved: the file becomes the one before, and
both streams go on in a new one.
"""

import contextlib
import json
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.process import MARK, log_before, log_path


class LogFile(logging.StreamHandler[Any]):
    """Writes to stderr. With a `path`, to which stderr must be open, the file is at most some `max_bytes` long."""

    def __init__(self, path: Path | None, max_bytes: int) -> None:
        super().__init__(sys.stderr)
        self._path = path
        self._max_bytes = max_bytes

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        if self._path is not None and os.fstat(sys.stderr.fileno()).st_size >= self._max_bytes:
            try:
                _begin_anew(self._path)
            except OSError:  # a disk that is full, a folder that is gone: what is written still goes somewhere
                self._path = None

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """A line that cannot be formatted or written: `logging` itself would print its arguments as they are."""
        with contextlib.suppress(OSError, ValueError):
            line = {"level": "error", "logger": record.name, "event": "a line could not be logged"}
            sys.stderr.write(f"{json.dumps(line)}\n")
            sys.stderr.flush()


def own_log(environment: Mapping[str, str]) -> Path | None:
    """The file that stderr is, where `ragstream up` started us; None where somebody else reads what we write."""
    home, mark, name = environment.get(MARK, "").rpartition("#")
    path = log_path(Path(home), name)
    try:
        ours = os.path.samestat(os.fstat(sys.stderr.fileno()), path.stat())
    except (OSError, ValueError):
        return None
    return path if mark and ours else None


def _begin_anew(path: Path) -> None:
    path.replace(log_before(path))
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        for stream in (1, 2):
            os.dup2(file, stream)
    finally:
        os.close(file)
