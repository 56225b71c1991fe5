"""Finished spans in, batches of them to an exporter on a thread of its own out: whoever makes them never waits.

The SDK's batch processor tells of each dropped span in a line and doesn't count what its exporter failed to deliver.
This one counts both, warns once, and says when it works again. Until then it tries with a few spans at a time: so a
collector that is away costs next to nothing, and gets the latest spans when it is back. It heeds the same variables:
`OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BSP_SCHEDULE_DELAY` and `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

import structlog
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

QUEUE: Final = 4_096
"""Spans, some 3 kB each: about 12 MB at most."""
BATCH: Final = 512
PROBE: Final = 16
"""Spans of a try at an exporter that has failed: encoding a whole batch for nothing takes tens of milliseconds."""
DELAY_MS: Final = 1_000
WARN_EVERY_S: Final = 60.0
log = structlog.get_logger()


class SpanQueue(SpanProcessor):
    """An OpenTelemetry `SpanProcessor` with a bounded queue; when it is full, the oldest spans go."""

    def __init__(self, exporter: SpanExporter, where: str, why: Callable[[], str] = str) -> None:
        """`where` is what the log calls the exporter's other end; `why` gives what the exporter said last."""
        self._exporter = exporter
        self._where = where
        self._why = why
        self._most = _variable("OTEL_BSP_MAX_QUEUE_SIZE", QUEUE)
        self._batch = min(_variable("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", BATCH), self._most)
        self._delay_s = _variable("OTEL_BSP_SCHEDULE_DELAY", DELAY_MS) / 1_000
        self._queue: deque[ReadableSpan] = deque()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._given_up = False
        self._under_way = 0
        self._warned_at: float | None = None
        self.dropped = 0
        """Spans that were not delivered: the queue was full, or the exporter gave up."""
        self._thread = threading.Thread(target=self._work, name="spans", daemon=True)
        self._thread.start()

    def on_end(self, span: ReadableSpan) -> None:
        """Take a span; it costs microseconds whatever the exporter does."""
        with self._lock:
            ended = self._ended.is_set()
            if ended or len(self._queue) >= self._most:
                self.dropped += 1
                if ended:
                    return
                self._queue.popleft()
            self._queue.append(span)
            enough = len(self._queue) >= self._batch
        if enough:
            self._wake.set()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Whether all is gone by then."""
        deadline = time.monotonic() + timeout_millis / 1_000
        while self._waiting() and time.monotonic() < deadline:
            self._wake.set()
            time.sleep(0.01)
        return not self._waiting()

    def _waiting(self) -> int:
        with self._lock:
            return len(self._queue) + self._under_way

    def shutdown(self, limit_s: float = 3.0) -> None:
        """Deliver what is left for as long as `limit_s`, then count it as dropped; says how many were."""
        if self._ended.is_set():
            return
        self._ended.set()
        self._wake.set()
        self._thread.join(limit_s)
        with self._lock:
            self._given_up = True
            self.dropped += len(self._queue) + self._under_way
            self._queue.clear()
        self._exporter.shutdown()
        if self.dropped:
            log.warning("spans dropped", where=self._where, dropped=self.dropped)

    def _work(self) -> None:
        while not self._ended.is_set():
            self._wake.wait(self._delay_s)
            self._wake.clear()
            if not self._drain():
                self._ended.wait(self._delay_s)
        self._drain()

    def _drain(self) -> bool:
        """Export all that waits now; what comes meanwhile has its turn at the next call. False when a try failed."""
        left = len(self._queue)
        while left > 0 and not self._given_up:
            with self._lock:
                size = self._batch if self._warned_at is None else PROBE
                batch = [self._queue.popleft() for _ in range(min(size, len(self._queue)))]
                self._under_way = len(batch)
            left -= len(batch)
            if not batch or not self._export(batch):
                return False
        return True

    def _export(self, batch: list[ReadableSpan]) -> bool:
        try:
            delivered = self._exporter.export(batch) is SpanExportResult.SUCCESS
        except Exception:  # noqa: BLE001 - whatever an exporter does, the process goes on
            delivered = False
        with self._lock:
            self._under_way = 0
            if self._given_up:  # counted
                return False
            self.dropped += 0 if delivered else len(batch)
        if not delivered:
            self._warn()
        elif self._warned_at is not None:
            log.info("spans are delivered again", where=self._where, dropped=self.dropped)
            self._warned_at = None
        return delivered

    def _warn(self) -> None:
        now = time.monotonic()
        if self._warned_at is None or now - self._warned_at > WARN_EVERY_S:
            self._warned_at = now
            log.warning("spans are not delivered", where=self._where, dropped=self.dropped, reason=self._why())


def _variable(name: str, default: int) -> int:
    """A positive whole number of the environment; the default in place of anything else."""
    given = os.environ.get(name, "").strip()
    return int(given) if given.isdecimal() and int(given) > 0 else default
