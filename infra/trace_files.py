"""Finished spans in, files of bounded size under the home folder out: where they go without a collector.

Each process writes a file of its own, found by a lock that the kernel drops when its holder dies, and keeps the one
before when the file is full. A worker that is started again goes on with the file of the one that ended.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from infra.local.files import lock_taken
from infra.otlp_json import span_line
from schemas.failures import ConfigurationError

MOST_PROCESSES: Final = 64
"""Of one service on one machine."""
SUFFIX: Final = ".jsonl"
BEFORE: Final = ".before.jsonl"
MIB: Final = 1_048_576


class TraceFileExporter(SpanExporter):
    """An OpenTelemetry `SpanExporter` that appends to a file; called on one thread."""

    def __init__(self, folder: Path, service: str, max_bytes: int) -> None:
        """`max_bytes` bounds this process's files together. Raises `ConfigurationError` when it cannot write."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._path, self._lock = _own_file(folder, service)
            self._file = self._opened()
        except OSError as error:
            raise ConfigurationError(
                f"traces cannot be written to {folder}: {error.strerror}; "
                "make it writable, or set RAGSTREAM_TELEMETRY__TRACE_FILE_MIB=0"
            ) from None
        self._max_bytes = max_bytes // 2

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write the spans, whole lines at once; the oldest half of what is kept goes when there is too much.

        What fails, as on a full disk, is tried anew with the next spans.
        """
        if self._lock.closed:  # shut down
            return SpanExportResult.FAILURE
        text = "".join(map(span_line, spans))
        try:
            if self._file.closed:
                self._file = self._opened()
            if self._file.tell() + len(text) > self._max_bytes:
                self._turn_over()
            self._file.write(text)
            self._file.flush()
        except OSError:
            with suppress(OSError):  # what is still buffered does not fit either
                self._file.close()
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS

    def _turn_over(self) -> None:
        self._file.close()
        self._path.replace(self._path.with_name(self._path.name.removesuffix(SUFFIX) + BEFORE))
        self._file = self._opened()

    def _opened(self) -> IO[str]:
        """The file to go on with; a line of which only half was written is ended, and costs no other."""
        with self._path.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")
        return self._path.open("a", encoding="utf-8")

    def shutdown(self) -> None:
        """Close the file and give up its lock."""
        self._file.close()
        self._lock.close()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Nothing waits here."""
        del timeout_millis
        return True


def lines_with(folder: Path, wanted: Sequence[str]) -> Iterator[str]:
    """Every line of every process that holds one of the strings, file by file; half a line at the end is left out."""
    needles = [each.encode() for each in wanted]
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            with path.open("rb") as file:
                for line in file:
                    if line.endswith(b"\n") and any(each in line for each in needles):
                        yield line.decode("utf-8", "replace")
        except FileNotFoundError:  # turned over just now
            continue


def _own_file(folder: Path, service: str) -> tuple[Path, IO[str]]:
    for number in range(1, MOST_PROCESSES + 1):
        lock = (folder / f"{service}-{number}.lock").open("a")
        if lock_taken(lock):
            return folder / f"{service}-{number}{SUFFIX}", lock
        lock.close()
    raise ConfigurationError(f"{MOST_PROCESSES} processes of {service} write traces to {folder} already")
