"""Calls of a clock in, milliseconds per stage out; and whether a deadline has passed. A stage is a span, too."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from agents.ports import Clock
from agents.tracer import UNTRACED, Noted, Span, Tracer
from schemas.answers import STAGES

OPTIONAL = frozenset({"recall", "rewrite", "screen", "rerank"})
"""Stages that are told only where they exist."""
_MILLISECOND = timedelta(milliseconds=1)


class Stopwatch:
    """Times the stages of one question, `queue` first. A clock that lags behind the asker's gives 0, never less."""

    def __init__(self, clock: Clock, asked_at: datetime, deadline_ms: int, tracer: Tracer = UNTRACED) -> None:
        self.deadline_ms = deadline_ms
        self.tracer = tracer
        self.stage = "queue"
        """The stage that runs, or ran last."""
        self.now = clock()
        """The last time that was read."""
        self._clock = clock
        self._asked_at = asked_at
        self._laps = dict.fromkeys((stage for stage in STAGES if stage not in OPTIONAL), 0.0)
        self._laps["queue"] = _ms(self.now - asked_at)

    @contextmanager
    def measure(
        self, stage: str, name: str = "", attributes: Mapping[str, Noted] | None = None, *, remote: bool = False
    ) -> Iterator[Span]:
        """Add the time that the block takes, raising or not, to what `stage` took before.

        Its span is called `name`, or like the stage.
        """
        self.stage = stage
        began = self.now = self._clock()
        try:
            with self.tracer.span(name or stage, attributes, remote=remote) as span:
                yield span
        finally:
            self.now = self._clock()
            self._laps[stage] = self._laps.get(stage, 0.0) + _ms(self.now - began)

    def overdue(self) -> bool:
        """Whether the deadline had passed when the time was last read."""
        return _ms(self.now - self._asked_at) > self.deadline_ms

    def seconds_left(self) -> float:
        """Until the deadline, as of when the time was last read; 0 when it has passed."""
        return max(0.0, self.deadline_ms - _ms(self.now - self._asked_at)) / 1_000

    def timings_ms(self) -> dict[str, float]:
        """Milliseconds per stage, 0 for one that was not reached, and `total` since the question was asked."""
        laps = {stage: self._laps[stage] for stage in STAGES if stage in self._laps}
        return {**laps, "total": _ms(self.now - self._asked_at)}


def _ms(duration: timedelta) -> float:
    return max(0.0, duration / _MILLISECOND)
