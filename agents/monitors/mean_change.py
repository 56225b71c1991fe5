"""Values of a signal in, a reading out when their mean changed, and when it is back or has settled where it went.

The window of the latest observations is looked at each time `SMALLEST` more have come (change_point.py). At a change
all that came before it is forgotten, so that the next change is seen against the new level. It is breached from then
on until one of these comes first:

- the mean is back: another change brings it closer to where it was than to where it went;
- the new level stayed for `settle` observations: it counts as normal from now on.
"""

import math
from datetime import UTC, datetime
from typing import Final, Literal

from agents.monitors.blocks import SMALLEST, Block, appended, joined
from agents.monitors.change_point import Change, Effect, strongest
from agents.monitors.detecting import Observation, Reading
from agents.monitors.evolving import evolved
from agents.monitors.seasonality import DOUBT, Seasonality, expected
from schemas.event import Value
from schemas.monitors import MeanChange

CHANCES: Final = 1_000
"""Places and times in 10,000 observations at which a change could be seen by chance, as if they were independent:
measured (bench/monitors.py)."""

LITTLE: Final = 2 * SMALLEST
"""Observations of a new level after which it is seen that the mean is back."""


class Breach(Value):
    """A change that is not over."""

    before: float
    after: float
    left: int
    """Observations until the new level is normal."""


class MeanChangeState(Value):
    """What was seen. Values are kept as differences from the first one."""

    kind: Literal["mean-change"] = "mean-change"
    origin: float | None = None
    last: float = 0.0
    filling: Block = Block()
    blocks: tuple[Block, ...] = ()
    enough: bool = False
    """Whether so much was seen that a change would show."""
    breach: Breach | None = None
    season: Seasonality = Seasonality()


class MeanChangeDetector:
    """A `Detector`."""

    def start(self, asked: MeanChange) -> MeanChangeState:  # noqa: ARG002 - the protocol's
        """Nothing seen."""
        return MeanChangeState()

    def observe(
        self, state: MeanChangeState, asked: MeanChange, seen: Observation, share: float
    ) -> tuple[MeanChangeState, Reading | None]:
        """A reading when enough was seen to say anything, at a change, and when it is over; without a value nothing."""
        if seen.value is None or math.isnan(seen.value):
            return state, None
        value = min(max(seen.value, asked.low), asked.high)
        if asked.scale == "log":
            value = math.log(value)
        if asked.seasonal:
            season, rest = expected(state.season, seen.at, value, lambda: _level(state))
            state = state.model_copy(update={"season": season})
            if rest is None:
                return state, None
            value = rest
        if state.origin is None:
            state = state.model_copy(update={"origin": value})
        value -= state.origin or 0.0
        last = state.last if state.filling.values or state.blocks else value
        filling = state.filling.with_value(value, last, seen.at.timestamp())
        state = evolved(state, last=value, filling=filling)
        return _looked(state, asked, share) if filling.values == SMALLEST else (state, None)

    def tick(self, state: MeanChangeState, asked: MeanChange, now: datetime) -> tuple[MeanChangeState, Reading | None]:  # noqa: ARG002 - the protocol's
        """Silence says nothing about a mean."""
        return state, None

    def rebase(self, state: MeanChangeState, asked: MeanChange) -> MeanChangeState:  # noqa: ARG002 - the protocol's
        """Begin anew: what comes from now on is what is compared with. The pattern of the week is kept."""
        return MeanChangeState(season=state.season)


def _level(state: MeanChangeState) -> float:
    whole = joined([*state.blocks, state.filling])
    return (state.origin or 0.0) + (whole.mean if whole.values else 0.0)


def _looked(state: MeanChangeState, asked: MeanChange, share: float) -> tuple[MeanChangeState, Reading | None]:
    """A block is full."""
    needed = math.log(CHANCES / (asked.alpha * share)) * (DOUBT if asked.seasonal else 1.0)
    newest = state.filling
    state = state.model_copy(update={"blocks": appended(state.blocks, newest), "filling": Block()})
    breach = state.breach
    if breach is not None:
        state = state.model_copy(update={"breach": breach.model_copy(update={"left": breach.left - newest.values})})
    minimum = asked.minimum if breach is None else LITTLE
    change = strongest(state.blocks, minimum, Effect(_least(asked), asked.minimum_sd), needed)
    if change is not None:
        return _changed(state, asked, change, needed)
    if breach is not None and breach.left <= newest.values:
        return _over(state, asked, state.blocks, "has settled")
    if not state.enough and sum(block.values for block in state.blocks) >= asked.minimum:
        return state.model_copy(update={"enough": True}), Reading("normal", summary="Enough was seen to tell a change.")
    return state, None


def _least(asked: MeanChange) -> float:
    return math.log1p(asked.minimum_effect) if asked.scale == "log" else asked.minimum_effect


def _changed(
    state: MeanChangeState, asked: MeanChange, change: Change, needed: float
) -> tuple[MeanChangeState, Reading | None]:
    """The mean changed: from the block at `change.place` on there is another level."""
    older, newer = joined(state.blocks[: change.place]).values, state.blocks[change.place :]
    based = state.model_copy(update={"blocks": newer, "enough": True})
    breach = state.breach
    if breach is not None:
        went, goes = breach.after - breach.before, change.after - breach.before
        if not _matters(asked, goes) or abs(goes) <= abs(went) / 2:
            return _over(based, asked, newer, "is back")
        moved = {"after": change.after, "left": asked.settle}
        return based.model_copy(update={"breach": breach.model_copy(update=moved)}), None
    if not _matters(asked, change.after - change.before):
        return based, None
    breach = Breach(before=change.before, after=change.after, left=asked.settle)
    return based.model_copy(update={"breach": breach}), _told(based, asked, change, needed, older)


def _matters(asked: MeanChange, difference: float) -> bool:
    """Whether it goes the way that is watched."""
    return asked.direction == "any" or (difference > 0) == (asked.direction == "rise")


def _told(state: MeanChangeState, asked: MeanChange, change: Change, needed: float, older: int) -> Reading:
    """`older` is the number of observations before the change; those after it are in the state."""
    before, after = _shown(state, asked, change.before), _shown(state, asked, change.after)
    newer = joined(state.blocks)
    return Reading(
        "breached",
        value=after,
        threshold=before,
        window=f"{newer.values} observations against {older}",
        summary=f"The mean {'rose' if after > before else 'fell'} from {before:.4g} to {after:.4g}.",
        since=datetime.fromtimestamp(newer.at, UTC),
        details={
            "before": f"{before:.6g}",
            "after": f"{after:.6g}",
            "standard_deviations": f"{(change.after - change.before) / change.deviation:.2f}",
            "evidence": f"{change.evidence:.1f}",
            "evidence_needed": f"{needed:.1f}",
        },
    )


def _over(
    state: MeanChangeState, asked: MeanChange, kept: tuple[Block, ...], how: str
) -> tuple[MeanChangeState, Reading | None]:
    """The breach ended; from now on the latest level is what is compared with."""
    breach = state.breach
    if breach is None:
        return state, None
    whole = joined(kept)
    level, before = _shown(state, asked, whole.mean), _shown(state, asked, breach.before)
    summary = f"The mean {how} at {level:.4g}; before the change it was {before:.4g}."
    based = state.model_copy(update={"breach": None, "blocks": kept})
    return based, Reading(
        "normal", value=level, threshold=before, window=f"{whole.values} observations", summary=summary
    )


def _shown(state: MeanChangeState, asked: MeanChange, mean: float) -> float:
    """In the signal's own units; the geometric mean where the scale is `log`."""
    value = mean + (state.origin or 0.0)
    return math.exp(value) if asked.scale == "log" else value
