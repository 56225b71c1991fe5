"""Times of observations in, whether it has been silent for longer than it should be out."""

from datetime import datetime, timedelta
from typing import Final, Literal

from agents.monitors.detecting import Observation, Reading
from agents.monitors.evolving import evolved
from schemas.event import UtcDatetime, Value
from schemas.monitors import NoData

FORGOTTEN: Final = timedelta(days=28)
"""After this a silence no longer counts as usual, so that one outage does not hide the next for good."""


class NoDataState(Value):
    """When something came last."""

    kind: Literal["no-data"] = "no-data"
    count: int = 0
    """Observations, up to as many as are asked for."""
    last: UtcDatetime | None = None
    silent: bool = False
    longest_s: float = 0.0
    """The longest silence of the last weeks."""
    longest_at: UtcDatetime | None = None
    """When it ended."""


class NoDataDetector:
    """Silence means something once enough has come before it."""

    def start(self, asked: NoData) -> NoDataState:  # noqa: ARG002 - as the protocol has it
        """Nothing has come."""
        return NoDataState()

    def observe(
        self,
        state: NoDataState,
        asked: NoData,
        seen: Observation,
        share: float,  # noqa: ARG002 - nothing is left to chance
    ) -> tuple[NoDataState, Reading | None]:
        """What comes ends a silence, whatever it says. Times may step back: the latest counts."""
        last = seen.at if state.last is None else max(state.last, seen.at)
        gap_s = 0.0 if state.last is None else (last - state.last).total_seconds()
        stale = state.longest_at is not None and last - state.longest_at > FORGOTTEN
        longer = gap_s > 1.0 and (gap_s >= state.longest_s or stale)
        after = evolved(
            state,
            count=min(state.count + 1, asked.minimum),
            last=last,
            silent=False,
            longest_s=gap_s if longer else state.longest_s,
            longest_at=last if longer else state.longest_at,
        )
        if not state.silent:
            return after, None
        return after, Reading(
            "normal", gap_s, allowed_s(state, asked), summary=f"came again after {in_words(gap_s)}", since=seen.at
        )

    def tick(self, state: NoDataState, asked: NoData, now: datetime) -> tuple[NoDataState, Reading | None]:
        """Notice a silence, once."""
        if state.silent or state.last is None or state.count < asked.minimum:
            return state, None
        silent_s, allowed = (now - state.last).total_seconds(), allowed_s(state, asked)
        if silent_s <= allowed:
            return state, None
        reading = Reading(
            "breached",
            silent_s,
            allowed,
            summary=f"nothing came for {in_words(silent_s)}, where {in_words(allowed)} are allowed",
            since=state.last,
        )
        return evolved(state, silent=True), reading

    def rebase(self, state: NoDataState, asked: NoData) -> NoDataState:  # noqa: ARG002 - as the protocol has it
        """Silences that were usual are no longer."""
        return evolved(state, longest_s=0.0, longest_at=None)


def allowed_s(state: NoDataState, asked: NoData) -> float:
    """How long it may be silent."""
    return max(asked.after_s, asked.gaps * state.longest_s)


def in_words(seconds: float) -> str:
    """A length of time in its largest unit that fits."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.3g} s"
