"""What OpenTelemetry's exporters log in, the last of it out: the reason when nothing is delivered.

They write a line for each try, of which there are many while a collector is away. Whoever counts what was lost says it
once, and says with it what they said last.
"""

import logging
from collections import deque
from typing import Final

EXPORTERS: Final = "opentelemetry.exporter"
"""Name of the logger above all of theirs."""
MOST: Final = 300
"""Characters of one of their lines."""


class LastWords(logging.Handler):
    """A `logging.Handler` that keeps the last two lines: why a try failed, and that there will be no other."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said: deque[str] = deque(maxlen=2)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self._said.append(record.getMessage()[:MOST])

    def taken(self) -> str:
        """What was said since it was last asked for; empty when that is nothing."""
        said = " ".join(self._said)
        self._said.clear()
        return said


def listen() -> LastWords:
    """Have the exporters' lines go here, in place of the log."""
    words, logger = LastWords(), logging.getLogger(EXPORTERS)
    logger.propagate = False
    logger.handlers = [words]
    return words
