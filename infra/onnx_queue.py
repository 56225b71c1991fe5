"""Jobs of rows in, runs of a model out: on threads of their own, urgent rows first, under a token budget.

Rows that wait are put together whoever asked for them, and what nobody waits for any longer is skipped. Nothing is held
back to fill a run unless a linger is given: while one run goes on, the next one's rows come together by themselves.
"""

import operator
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from infra.onnx_rows import Row

Results: TypeAlias = NDArray[np.float32]
"""One row for each row that went in."""


@dataclass(eq=False)
class _Job:
    rows: Sequence[Row]
    since: float
    future: "Future[Results]" = field(default_factory=Future)
    waiting: deque[int] = field(default_factory=deque)
    """Places of the rows that no run has taken, the longest first: with several workers the short ones end together."""
    found: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.waiting.extend(sorted(range(len(self.rows)), key=lambda place: -len(self.rows[place].ids)))

    def next_length(self) -> int:
        return len(self.rows[self.waiting[0]].ids)

    def over(self) -> bool:
        """Whether no further run is to take any of its rows."""
        return self.future.done() or not self.waiting

    def finish(self, error: BaseException | None = None) -> None:
        """Tell whoever waits, unless nobody does."""
        try:
            if error is not None:
                self.future.set_exception(error)
            elif len(self.found) == len(self.rows):
                self.future.set_result(np.stack([self.found[place] for place in range(len(self.rows))]))
        except InvalidStateError:
            pass  # cancelled, or failed by another of its rows


Taken: TypeAlias = list[tuple[_Job, int]]


class RowQueue:
    """Several callers, one model. `run` is called from `workers` threads at once, each time with one row or more."""

    def __init__(
        self,
        name: str,
        run: Callable[[Sequence[Row]], Results],
        *,
        workers: int = 1,
        max_tokens: int = 0,
        size: Callable[[int, int], int] = operator.mul,
        linger_s: float = 0.0,
    ) -> None:
        """`max_tokens` bounds the size of a run; a row above it runs alone, so 0 is one row a run.

        `size` gives a run's tokens, padding included, from the number of its rows and the length of the longest.
        `linger_s` is how long a run that is not full waits for more rows, counted from its oldest one's arrival.
        """
        self._name = name
        self._run = run
        self._max_tokens = max_tokens
        self._size = size
        self._linger_s = linger_s
        self._urgent: deque[_Job] = deque()
        self._others: deque[_Job] = deque()
        self._closed = False
        self._changed = threading.Condition()
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True) for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, rows: Sequence[Row], *, urgent: bool = False) -> "Future[Results]":
        """The future of one result a row, in their order. Cancelling it skips the rows that no run has taken.

        Raises `RuntimeError` after `close`, and `ValueError` for no rows: nobody would ever run them, and whoever waits
        would wait for ever.
        """
        if not rows:
            raise ValueError(f"{self._name} was given no rows")
        with self._changed:
            if self._closed:
                raise RuntimeError(f"{self._name} is closed")
            job = _Job(rows, time.monotonic())
            (self._urgent if urgent else self._others).append(job)
            self._changed.notify_all()
        return job.future

    def close(self) -> None:
        """Finish what was submitted, then end the threads. May be called again."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while taken := self._take():
            self._settle(taken)

    def _settle(self, taken: Taken) -> None:
        try:
            results = self._results([job.rows[place] for job, place in taken])
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the rows
            if len(taken) == 1:
                taken[0][0].finish(error)
                return
            for each in taken:  # one bad row is no reason to fail its neighbours
                self._settle([each])
            return
        with self._changed:
            for (job, place), result in zip(taken, results, strict=True):
                job.found[place] = result
                job.finish()

    def _results(self, rows: Sequence[Row]) -> Results:
        results = self._run(rows)
        if len(results) != len(rows):
            raise ValueError(f"{self._name}: a run of {len(rows)} rows gave {len(results)} results")
        return results

    def _take(self) -> Taken:
        """The rows of the next run; none when the queue is closed and empty."""
        with self._changed:
            while True:
                lines = self._lines()
                if not lines:
                    if self._closed:
                        return []
                    self._changed.wait()
                elif (rest := self._to_linger(lines)) > 0:
                    self._changed.wait(rest)
                elif taken := self._next_run(lines[0]):
                    return taken

    def _lines(self) -> list[deque[_Job]]:
        """Those in which a job waits, the urgent one first; the first job of each has rows for a run."""
        for line in (self._urgent, self._others):
            while line and line[0].over():
                line.popleft()
        return [line for line in (self._urgent, self._others) if line]

    def _to_linger(self, lines: Sequence[deque[_Job]]) -> float:
        """Seconds to wait for more rows; none for a run that is full, and none once the queue is closed."""
        if self._closed or self._linger_s == 0:
            return 0.0
        jobs = [job for line in lines for job in line if not job.over()]
        tokens = sum(len(job.rows[place].ids) for job in jobs for place in job.waiting)
        oldest = min((job.since for job in jobs), default=0.0)
        return 0.0 if tokens >= self._max_tokens else oldest + self._linger_s - time.monotonic()

    def _next_run(self, line: deque[_Job]) -> Taken:
        """Of the line's first jobs; none when all were cancelled just now, which needs no lock."""
        taken: Taken = []
        widest = 0
        for job in line:
            if job.future.done():
                continue
            while job.waiting:
                widest = max(widest, job.next_length())
                if taken and self._size(len(taken) + 1, widest) > self._max_tokens:
                    return taken
                taken.append((job, job.waiting.popleft()))
        return taken
