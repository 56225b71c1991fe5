"""Good and bad events in, whether they use up the error budget of a service level too fast out.

The burn rate is the share of bad events over the share that may be bad, 1 - objective: at 1 the budget lasts exactly as
long as the objective's period. It is too high when it is above the factor in a long window, so that it matters, and in
a short one, so that it still lasts (Site Reliability Workbook, Beyer et al., O'Reilly 2018, chapter 5, "multiwindow,
multi-burn-rate alerts"). Where nothing comes nothing is well again: only good events, or time, say so.
"""

from datetime import datetime
from typing import Final, Literal

from agents.monitors.counting import Window
from agents.monitors.detecting import Observation, Reading
from agents.monitors.evolving import evolved
from agents.monitors.no_data import in_words
from schemas.event import UtcDatetime, Value
from schemas.monitors import BurnRate
from schemas.operations import Evidence

EXAMPLES: Final = 5


class BurnRateState(Value):
    """Two windows."""

    kind: Literal["burn-rate"] = "burn-rate"
    long: Window = Window()
    short: Window = Window()
    breached: bool = False
    bad_since: UtcDatetime | None = None
    """When the first of the bad events in the short window came, about."""
    bad: tuple[Evidence, ...] = ()
    """The latest bad ones."""


class BurnRateDetector:
    """The share of bad events against what the objective allows."""

    def start(self, asked: BurnRate) -> BurnRateState:  # noqa: ARG002 - as the protocol has it
        """Nothing was counted."""
        return BurnRateState()

    def observe(
        self,
        state: BurnRateState,
        asked: BurnRate,
        seen: Observation,
        share: float,  # noqa: ARG002 - nothing is left to chance
    ) -> tuple[BurnRateState, Reading | None]:
        """Count one event. One without a value is none."""
        if seen.value is None:
            return state, None
        bad = seen.value > (asked.good_below or 0.0)
        long = state.long.adding(seen.at, float(bad), asked.long_s)
        short = state.short.adding(seen.at, float(bad), asked.short_s)
        since, examples = state.bad_since, state.bad
        if bad:
            examples = (*examples, seen.evidence)[-EXAMPLES:]
        if not short.amount:
            since = None
        elif since is None:
            since = seen.at
        if not bad and not state.breached:
            return evolved(state, long=long, short=short, bad_since=since), None
        breached = _burns(long, short, asked, already=state.breached)
        after = evolved(state, long=long, short=short, bad_since=since, bad=examples, breached=breached)
        return after, None if breached == state.breached else _reading(after, asked, seen.at)

    def tick(self, state: BurnRateState, asked: BurnRate, now: datetime) -> tuple[BurnRateState, Reading | None]:
        """What was bad becomes old: it is over when the long window burns no longer, or enough good came since."""
        if not state.breached:
            return state, None
        long, short = state.long.at(now, asked.long_s), state.short.at(now, asked.short_s)
        good_since = short.events >= asked.minimum and _rate(short, asked) <= asked.factor
        if _rate(long, asked) > asked.factor and not good_since:
            return state, None
        after = evolved(state, long=long, short=short, bad_since=None, breached=False)
        return after, _reading(after, asked, now)

    def rebase(self, state: BurnRateState, asked: BurnRate) -> BurnRateState:  # noqa: ARG002 - as the protocol has it
        """What was counted so far no longer counts."""
        return BurnRateState()


def _rate(window: Window, asked: BurnRate) -> float:
    return window.share / (1.0 - asked.objective)


def _burns(long: Window, short: Window, asked: BurnRate, *, already: bool) -> bool:
    too_fast = _rate(long, asked) > asked.factor and _rate(short, asked) > asked.factor
    return too_fast and (already or long.events >= asked.minimum)


def _reading(state: BurnRateState, asked: BurnRate, at: datetime) -> Reading:
    rate = _rate(state.long, asked)
    window = f"{in_words(asked.long_s)} and {in_words(asked.short_s)}"
    counts = f"{state.long.amount:.0f} of {state.long.events} events in {in_words(asked.long_s)} were bad"
    if not state.breached:
        return Reading("normal", rate, asked.factor, window, f"{counts}: {_times(asked)} no longer", at)
    return Reading(
        "breached",
        rate,
        asked.factor,
        window,
        f"{counts}, {state.short.amount:.0f} of {state.short.events} in {in_words(asked.short_s)}: "
        f"the budget of {1 - asked.objective:.3g} burns {rate:.3g} times as fast as it may, where {_times(asked)}",
        since=state.bad_since,
        evidence=state.bad,
    )


def _times(asked: BurnRate) -> str:
    return f"{asked.factor:g} times is too fast"
