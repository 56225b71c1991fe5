"""Paths in, files to ingest out, with the reason for each that is left out."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from streams.cli.output import NotRunningError
from streams.topics import DOCUMENTS

CONTENT_TYPES: Final = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
}
MAX_FILE: Final = DOCUMENTS.max_bytes
"""Bytes; more fit in no record of the topic."""
BINARY_LOOK: Final = 4_096
"""Bytes that are looked at."""


@dataclass(frozen=True)
class Found:
    """A file to send."""

    path: Path
    doc_id: str
    content_type: str


@dataclass(frozen=True)
class Skipped:
    """A file that is not sent, and why."""

    path: Path
    reason: str


def walk(paths: Sequence[Path], glob: str | None = None, prefix: str = "") -> Iterator[Found | Skipped]:
    """Files in order of their names. A file's id is `prefix` and its path below the folder that was given.

    Folders are searched to the bottom, hidden files and folders left out, links to folders not followed, nor links to
    files outside of the folder that was given. `glob` selects by name or by path below the folder, and then takes any
    extension. A file that is named itself is taken whatever it is called. Raises `NotRunningError` (exit code 3) for a
    path that does not exist.
    """
    for path in paths:
        if path.is_dir():
            inside = path.resolve()
            for each in _below(path):
                relative = each.relative_to(path).as_posix()
                if glob is None or fnmatch(relative, glob) or fnmatch(each.name, glob):
                    yield _led_out(each, inside) or _judged(each, prefix + relative, any_extension=glob is not None)
        elif path.exists():
            yield _judged(path, prefix + path.name, any_extension=True)
        else:
            raise NotRunningError(f"there is no file or folder {path}")


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(parent) / name


def _led_out(path: Path, folder: Path) -> Skipped | None:
    if path.is_symlink() and not path.resolve().is_relative_to(folder):
        return Skipped(path, "is a link that leads out of the folder")
    return None


def _judged(path: Path, doc_id: str, *, any_extension: bool) -> Found | Skipped:
    content_type = CONTENT_TYPES.get(path.suffix.lower())
    if content_type is None and not any_extension:
        return Skipped(path, f"extension {path.suffix or '(none)'} is not one of {', '.join(sorted(CONTENT_TYPES))}")
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            return Skipped(path, "is no regular file")  # opening a pipe would wait for whoever writes into it
        if state.st_size > MAX_FILE:
            return Skipped(path, f"has {state.st_size:,} bytes; a document has at most {MAX_FILE:,}")
        with path.open("rb") as file:
            head = file.read(BINARY_LOOK)
    except OSError as error:
        return Skipped(path, f"cannot be read: {error.strerror}")
    if _is_binary(head):
        return Skipped(path, "holds binary data, not text")
    return Found(path, doc_id, content_type or "text/plain")


def _is_binary(head: bytes) -> bool:
    """A zero byte is no text, unless a byte order mark says that it is UTF-16 or UTF-32."""
    return b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"))
