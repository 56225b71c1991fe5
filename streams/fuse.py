"""Outcomes in, `FuseBlownError` out when nearly all of the last ones failed.

One poison event belongs in the dead letters; a whole topic of them means that the code or its world is broken, and then
emptying the topic into the dead letters helps nobody. (Arroyo's `DlqLimit` is the same idea.)
"""

from collections import deque
from dataclasses import dataclass, field

from schemas.failures import RagstreamError


class FuseBlownError(RagstreamError):
    """Nearly everything fails: the worker must stop and somebody must look."""


@dataclass
class Fuse:
    """Blows when at least `ratio` of the last `window` outcomes failed; never before `window` of them were seen."""

    window: int = 200
    ratio: float = 0.95
    _outcomes: deque[bool] = field(init=False, repr=False)
    _failed: int = field(init=False, default=0, repr=False)
    """How many of the outcomes are failures: counting a window of thousands anew would cost more than some events."""

    def __post_init__(self) -> None:
        self._outcomes = deque(maxlen=self.window)

    def observe(self, *, failed: bool) -> None:
        """Note one outcome. Raises `FuseBlownError` when it was one failure too many."""
        if len(self._outcomes) == self.window:
            self._failed -= self._outcomes[0]
        self._outcomes.append(failed)
        self._failed += failed
        if len(self._outcomes) == self.window and self._failed >= self.ratio * self.window:
            raise FuseBlownError(f"{self._failed} of the last {self.window} events failed")
