"""One signal in, whether it is beyond a bound out, with a way back that is longer than the way there."""

from datetime import datetime
from typing import Literal

from agents.monitors.detecting import Observation, Reading
from schemas.event import UtcDatetime, Value
from schemas.monitors import Threshold
from schemas.operations import Evidence


class ThresholdState(Value):
    """Where the signal stands."""

    kind: Literal["threshold"] = "threshold"
    breached: bool | None = None
    """None before anything was seen."""
    since: UtcDatetime | None = None
    """When it went beyond the bound."""


class ThresholdDetector:
    """Says something when the signal goes beyond its bound, and when it is back behind `clear`.

    Between the two nothing changes, so a signal that goes to and fro across the bound is told of once.
    """

    def start(self, asked: Threshold) -> ThresholdState:  # noqa: ARG002 - as the protocol has it
        """Nothing was seen."""
        return ThresholdState()

    def observe(
        self,
        state: ThresholdState,
        asked: Threshold,
        seen: Observation,
        share: float,  # noqa: ARG002 - nothing is left to chance
    ) -> tuple[ThresholdState, Reading | None]:
        """The state and, where it changed, how things stand. An observation without a value says nothing."""
        if seen.value is None:
            return state, None
        breached = _stands(state.breached, asked, seen.value)
        if breached == state.breached:
            return state, None
        after = ThresholdState(breached=breached, since=seen.at if breached else None)
        return after, _reading(asked, seen.value, seen, breached=breached)

    def tick(
        self,
        state: ThresholdState,
        asked: Threshold,  # noqa: ARG002 - as the protocol has it
        now: datetime,  # noqa: ARG002
    ) -> tuple[ThresholdState, Reading | None]:
        """Silence is not news: the last value stands."""
        return state, None

    def rebase(self, state: ThresholdState, asked: Threshold) -> ThresholdState:  # noqa: ARG002
        """It compares with nothing that was seen."""
        return state


def _stands(breached: bool | None, asked: Threshold, value: float) -> bool:
    """Whether it counts as beyond the bound now."""
    if asked.above is not None:
        clear = asked.above if asked.clear is None else min(asked.clear, asked.above)
        return value > (clear if breached else asked.above)
    bound = 0.0 if asked.below is None else asked.below
    clear = bound if asked.clear is None else max(asked.clear, bound)
    return value < (clear if breached else bound)


def _reading(asked: Threshold, value: float, seen: Observation, *, breached: bool) -> Reading:
    side, bound = ("above", asked.above) if asked.above is not None else ("below", asked.below or 0.0)
    back = asked.clear if asked.clear is not None else bound
    if not breached:
        return Reading("normal", value, bound, summary=f"is {value:g}, no longer {side} {back:g}", since=seen.at)
    return Reading(
        "breached",
        value,
        bound,
        summary=f"is {value:g}, {side} {bound:g}" + (f": {seen.label}" if seen.label else ""),
        since=seen.at,
        evidence=() if seen.evidence == Evidence() else (seen.evidence,),
        details={"where": seen.label} if seen.label else {},
    )
