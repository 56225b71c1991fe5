"""Log records in, the first of each kind in a while out: an outage is said, not shouted.

With Kafka away, its client logs some twenty lines a second for as long as that lasts, in every worker. What we say
ourselves of one outage is said for every record that meets it.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, Final

EVERY_S: Final = 10.0
OURS: Final = 10
"""Lines of one kind that pass in that time when they are our own."""
MOST_KINDS: Final = 1_000
"""Kinds that are remembered; beyond that all are forgotten, so that memory stays bounded."""
TELLS_APART: Final = ("stage", "error", "notification_id", "answer_id")
"""Fields by which two lines of ours are of different kinds."""


class LogLimiter(logging.Filter):
    """Passes records of each kind every `every_s` seconds, one of a library's, and says how many it held back.

    A library's kind is its logger and template, from any level; ours, a dict from structlog, is also what it is about,
    and only warnings and errors are counted.
    """

    def __init__(self, every_s: float = EVERY_S, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._every_s = every_s
        self._clock = clock
        self._kinds: dict[tuple[Any, ...], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        ours = record.msg if isinstance(record.msg, dict) else None
        if ours is not None and record.levelno < logging.WARNING:
            return True
        kind, most = _kind(record, ours), 1 if ours is None else OURS
        now = self._clock()
        since, seen = self._kinds.get(kind, (now, 0))
        over = now - since >= self._every_s
        if not over and seen >= most:
            self._kinds[kind] = (since, seen + 1)
            return False
        if kind not in self._kinds and len(self._kinds) >= MOST_KINDS:
            self._kinds.clear()
        self._kinds[kind] = (now, 1) if over else (since, seen + 1)
        if over and seen > most:
            _say_held_back(record, ours, seen - most)
        return True


def _kind(record: logging.LogRecord, ours: dict[str, Any] | None) -> tuple[Any, ...]:
    if ours is None:
        return record.name, str(record.msg)
    return record.name, ours.get("event"), *(str(ours.get(field)) for field in TELLS_APART)


def _say_held_back(record: logging.LogRecord, ours: dict[str, Any] | None, count: int) -> None:
    if ours is None:
        record.msg = f"{record.msg} (and {count} more like it)"
    else:
        record.msg = {**ours, "held_back": count}
