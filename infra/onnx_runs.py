"""Calls in, run one at a time on a thread of its own, urgent ones first; those that nobody waits for are skipped."""

import itertools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(order=True)
class _Item:
    order: tuple[int, int]
    call: Callable[[], Any] | None = field(compare=False)
    future: "Future[Any]" = field(compare=False, default_factory=Future)


class RunQueue:
    """One session is best fed by one caller at a time; what waits is ordered by urgency, then by arrival."""

    def __init__(self, name: str) -> None:
        self._items: queue.PriorityQueue[_Item] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._closed = False
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, call: Callable[[], T], *, urgent: bool = False) -> "Future[T]":
        """The future of `call`'s result. Cancelling it before its turn skips the call.

        Raises `RuntimeError` after `close`: nobody would ever run it, and whoever waits would wait for ever.
        """
        item = _Item((0 if urgent else 1, next(self._numbers)), call)
        with self._closing:
            if self._closed:
                raise RuntimeError(f"{self._thread.name} is closed")
            self._items.put(item)
        return item.future

    def close(self) -> None:
        """Finish what was submitted, then end the thread. May be called again."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._items.put(_Item((2, next(self._numbers)), None))
        self._thread.join()

    def _work(self) -> None:
        while True:
            item = self._items.get()
            if item.call is None:
                return
            if not item.future.set_running_or_notify_cancel():
                continue
            try:
                item.future.set_result(item.call())
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the future
                item.future.set_exception(error)
