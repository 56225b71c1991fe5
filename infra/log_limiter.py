"""Library log records in, the first of each kind in a while out: an outage is said, not shouted.

With Kafka away, its client logs some twenty lines a second for as long as that lasts, in every worker.
"""

import logging
import time
from collections.abc import Callable
from typing import Final

EVERY_S: Final = 10.0
MOST_KINDS: Final = 1_000
"""Kinds that are remembered; beyond that all are forgotten, so that memory stays bounded."""


class LogLimiter(logging.Filter):
    """Passes one record of each kind (logger and template) every `every_s` seconds, with how many it held back."""

    def __init__(self, every_s: float = EVERY_S, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._every_s = every_s
        self._clock = clock
        self._kinds: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        kind, now = (record.name, str(record.msg)), self._clock()
        last, held_back = self._kinds.get(kind, (-self._every_s, 0))
        if now - last < self._every_s:
            self._kinds[kind] = (last, held_back + 1)
            return False
        if len(self._kinds) >= MOST_KINDS:
            self._kinds.clear()
        self._kinds[kind] = (now, 0)
        if held_back:
            record.msg = f"{record.msg} (and {held_back} more like it)"
        return True
