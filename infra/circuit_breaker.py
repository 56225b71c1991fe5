"""Outcomes of calls in, whether the next may be tried out: closed, open, half-open (Nygard, "Release It!", 2007).

It opens when `failures` of the last `2 * failures` calls failed, so that a server which fails every other call is left
alone as well as one that is dead. It reads no clock but the one it is given, and never waits.
"""

from collections import deque
from collections.abc import Callable
from typing import Final, Literal

State = Literal["closed", "open", "half-open"]
WINDOW: Final = 2
"""Calls that are remembered, in multiples of the failures that open it."""


class Trial:
    """One call that was let through; `end` it once."""

    def __init__(self, breaker: "CircuitBreaker", era: int) -> None:
        self._breaker = breaker
        self.era = era

    def end(self, outcome: bool | None) -> bool:
        """True when the server did its work, False when it failed, None when the call says nothing about it.

        Gives whether that opened or closed the breaker.
        """
        return self._breaker.end(self, outcome)


class CircuitBreaker:
    """Lets calls through while they succeed; after too many failures none for `open_s` seconds, then one at a time."""

    def __init__(self, failures: int, open_s: float, clock: Callable[[], float]) -> None:
        self._failures = failures
        self._open_s = open_s
        self._clock = clock
        self._recent: deque[bool] = deque(maxlen=WINDOW * failures)
        self._opened_at: float | None = None
        self._probe: Trial | None = None
        self._era = 0

    @property
    def state(self) -> State:
        if self._opened_at is None:
            return "closed"
        return "half-open" if self.closed_for_s == 0 else "open"

    @property
    def closed_for_s(self) -> float:
        """Seconds until a call is tried again; 0 when one may be."""
        if self._opened_at is None:
            return 0.0
        return max(0.0, self._opened_at + self._open_s - self._clock())

    def admits(self) -> bool:
        """Whether a call would be let through now."""
        return self._opened_at is None or (self.closed_for_s == 0 and self._probe is None)

    def admit(self) -> Trial | None:
        """Let a call through, or None when it should not be made. While half-open one at a time is."""
        if not self.admits():
            return None
        trial = Trial(self, self._era)
        if self._opened_at is not None:
            self._probe = trial
        return trial

    def end(self, trial: Trial, outcome: bool | None) -> bool:
        """What became of a call; nothing is learnt from one that began before the state last changed."""
        probing, era = trial is self._probe, self._era
        if probing:
            self._probe = None
        if outcome is None or trial.era != self._era:
            return False
        self._recent.append(outcome)
        if probing and outcome:
            self._turn(opened_at=None)
        elif probing or self._recent.count(False) >= self._failures:
            self._turn(opened_at=self._clock())
        return self._era != era

    def _turn(self, *, opened_at: float | None) -> None:
        self._opened_at = opened_at
        self._recent.clear()
        self._era += 1
