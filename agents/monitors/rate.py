"""Amounts in, whether more of them came in a while than should out: for what should hardly happen at all."""

from datetime import datetime
from typing import Final, Literal

from agents.monitors.counting import Window
from agents.monitors.detecting import Observation, Reading
from agents.monitors.no_data import in_words
from schemas.event import UtcDatetime, Value
from schemas.monitors import Rate
from schemas.operations import Evidence

EXAMPLES: Final = 5


class RateState(Value):
    """What came lately."""

    kind: Literal["rate"] = "rate"
    window: Window = Window()
    breached: bool = False
    since: UtcDatetime | None = None
    """When the first came after a window in which none did."""
    latest: tuple[Evidence, ...] = ()
    under: tuple[str, ...] = ()
    """Labels of the latest, those that differ: of dead letters the stage and the error."""


class RateDetector:
    """The sum of a signal over a window."""

    def start(self, asked: Rate) -> RateState:  # noqa: ARG002 - as the protocol has it
        """Nothing came."""
        return RateState()

    def observe(
        self,
        state: RateState,
        asked: Rate,
        seen: Observation,
        share: float,  # noqa: ARG002 - nothing is left to chance
    ) -> tuple[RateState, Reading | None]:
        """Count one."""
        if not seen.value:
            return state, None
        window = state.window.adding(seen.at, seen.value, asked.window_s)
        breached = window.amount > (asked.back if state.breached else asked.above)
        after = RateState(
            window=window,
            breached=breached,
            since=state.since if state.since and window.events > 1 else seen.at,
            latest=(*state.latest, seen.evidence)[-EXAMPLES:],
            under=_with(state.under, seen),
        )
        return after, None if breached == state.breached else _reading(after, asked, seen.at)

    def tick(self, state: RateState, asked: Rate, now: datetime) -> tuple[RateState, Reading | None]:
        """What came becomes old."""
        window = state.window.at(now, asked.window_s)
        if not state.breached or window.amount > asked.back:
            return state, None
        after = state.model_copy(update={"window": window, "breached": False})
        return after, _reading(after, asked, now)

    def rebase(self, state: RateState, asked: Rate) -> RateState:  # noqa: ARG002 - as the protocol has it
        """What came so far no longer counts."""
        return RateState()


def _with(under: tuple[str, ...], seen: Observation) -> tuple[str, ...]:
    said = ", ".join(f"{name} {value}" for name, value in seen.labels.items())
    return (*(each for each in under if each != said), said)[-EXAMPLES:] if said else under


def _reading(state: RateState, asked: Rate, at: datetime) -> Reading:
    window = in_words(asked.window_s)
    amount = state.window.amount
    if not state.breached:
        return Reading("normal", amount, asked.above, window, f"is {amount:g} in {window} again", at)
    return Reading(
        "breached",
        amount,
        asked.above,
        window,
        f"is {amount:g} in {window}, where {asked.above:g} is the most",
        since=state.since,
        evidence=state.latest,
        details={"latest": "; ".join(state.under)} if state.under else {},
    )
