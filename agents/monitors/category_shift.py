"""Labels of a signal in, a reading out when they are spread otherwise than they were, and when as before again.

The latest `window` labels are compared with the reference each time a tenth of them is new. It is breached when both
the population stability index and Pearson's chi-squared test say so, the test at a level for all the looks that 10,000
observations have. It is over when the index is at most half of its bound, or when the new spread stayed for `settle`
observations and becomes the reference. Labels that are no longer recent become part of the reference while nothing is
wrong, until it is ten times as large as the window.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from agents.monitors.chi_square import homogeneity, stability
from agents.monitors.detecting import Observation, Reading
from agents.monitors.evolving import evolved
from schemas.event import UtcDatetime, Value
from schemas.monitors import CategoryShift

PARTS: Final = 10
"""Parts of the window: so often it is looked at before it is wholly new."""
GROWN: Final = 10
"""Windows in a reference, at most."""
MOST: Final = 50
"""Categories that are told apart; further ones are one."""
OTHERS: Final = "(others)"
LONGEST_LABEL: Final = 100
SHOWN: Final = 3
"""Categories that a reading names."""
HORIZON: Final = 10_000
"""Observations that `alpha` is for."""

Counts = dict[str, int]


class Shifted(Value):
    """A shift that is not over."""

    since: UtcDatetime
    left: int
    """Observations until the new spread is normal."""


class CategoryShiftState(Value):
    """What was seen, as counts."""

    kind: Literal["category-shift"] = "category-shift"
    reference: Counts = Field(default_factory=dict)
    parts: tuple[Counts, ...] = ()
    """Of the recent window, oldest first."""
    filling: Counts = Field(default_factory=dict)
    filled: int = 0
    began: UtcDatetime | None = None
    """When the first label of `filling` came."""
    enough: bool = False
    shifted: Shifted | None = None


class CategoryShiftDetector:
    """A `Detector`."""

    def start(self, asked: CategoryShift) -> CategoryShiftState:  # noqa: ARG002 - the protocol's
        """Nothing seen."""
        return CategoryShiftState()

    def observe(
        self, state: CategoryShiftState, asked: CategoryShift, seen: Observation, share: float
    ) -> tuple[CategoryShiftState, Reading | None]:
        """A reading when enough was seen to compare, at a shift, and when it is over; without a label nothing."""
        if seen.label is None:
            return state, None
        label = seen.label[:LONGEST_LABEL]
        filling = state.filling
        if label not in filling and not _known(state, label):
            label = OTHERS
        filling = {**filling, label: filling.get(label, 0) + 1}
        began = state.began if state.filled else seen.at
        state = evolved(state, filling=filling, filled=state.filled + 1, began=began)
        return _looked(state, asked, share) if state.filled >= asked.window // PARTS else (state, None)

    def tick(
        self,
        state: CategoryShiftState,
        asked: CategoryShift,  # noqa: ARG002 - the protocol's
        now: datetime,  # noqa: ARG002 - the protocol's
    ) -> tuple[CategoryShiftState, Reading | None]:
        """Silence says nothing about what would have come."""
        return state, None

    def rebase(self, state: CategoryShiftState, asked: CategoryShift) -> CategoryShiftState:  # noqa: ARG002 - the protocol's
        """Begin anew: what comes from now on is what is compared with."""
        return CategoryShiftState()


def _known(state: CategoryShiftState, label: str) -> bool:
    """Whether it has, or may have, a count of its own."""
    everywhere = {*state.reference, *state.filling, *(each for part in state.parts for each in part)}
    return label in everywhere or len(everywhere) < MOST


def _looked(state: CategoryShiftState, asked: CategoryShift, share: float) -> tuple[CategoryShiftState, Reading | None]:
    """A part is full."""
    began, filled = state.began, state.filled
    state = state.model_copy(update={"parts": (*state.parts, state.filling), "filling": {}, "filled": 0})
    if sum(state.reference.values()) < asked.window:
        grown = added([state.reference, *state.parts])
        return state.model_copy(update={"reference": grown, "parts": ()}), None
    if len(state.parts) > PARTS:
        state = _aged(state, asked)
    if len(state.parts) < PARTS or began is None:
        return state, None
    recent = added(state.parts)
    index = stability(state.reference, recent)
    if state.shifted is not None:
        return _weighed(state, asked, index, state.shifted.left - filled)
    level = asked.alpha * share * (asked.window // PARTS) / HORIZON
    if index >= asked.minimum_effect and (chance := homogeneity(state.reference, recent)) < level:
        shifted = Shifted(since=began, left=asked.settle)
        return state.model_copy(update={"shifted": shifted, "enough": True}), _told(state, asked, index, chance, began)
    if not state.enough:
        return state.model_copy(update={"enough": True}), Reading("normal", summary="Enough was seen to compare.")
    return state, None


def _aged(state: CategoryShiftState, asked: CategoryShift) -> CategoryShiftState:
    """The oldest part is no longer recent."""
    oldest, *parts = state.parts
    grows = state.shifted is None and sum(state.reference.values()) < GROWN * asked.window
    reference = added([state.reference, oldest]) if grows else state.reference
    return state.model_copy(update={"parts": tuple(parts), "reference": reference})


def _weighed(
    state: CategoryShiftState, asked: CategoryShift, index: float, left: int
) -> tuple[CategoryShiftState, Reading | None]:
    """It was breached: it is over, or not."""
    shifted = state.shifted
    bound = asked.minimum_effect / 2
    window = f"{sum(added(state.parts).values())} observations against {sum(state.reference.values())}"
    if index <= bound:
        back = Reading("normal", index, bound, window, "The categories are spread as before.")
        return state.model_copy(update={"shifted": None}), back
    if left <= 0:
        settled = Reading(
            "normal", index, bound, window, "The new spread of categories has stayed: it is the reference."
        )
        return state.model_copy(update={"shifted": None, "reference": added(state.parts), "parts": ()}), settled
    if shifted is None:
        return state, None
    return state.model_copy(update={"shifted": shifted.model_copy(update={"left": left})}), None


def _told(state: CategoryShiftState, asked: CategoryShift, index: float, chance: float, since: datetime) -> Reading:
    before, now = _shares(state.reference), _shares(added(state.parts))
    moved = sorted({*before, *now}, key=lambda name: -abs(now.get(name, 0.0) - before.get(name, 0.0)))[:SHOWN]
    lines = [f"{name}: {before.get(name, 0.0):.1%} -> {now.get(name, 0.0):.1%}" for name in moved]
    return Reading(
        "breached",
        value=index,
        threshold=asked.minimum_effect,
        window=f"{sum(added(state.parts).values())} observations against {sum(state.reference.values())}",
        summary=f"Categories are spread otherwise: {'; '.join(lines)}.",
        since=since,
        details={"p_value": f"{chance:.2g}", "new": ", ".join(sorted({*now} - {*before})[:SHOWN])},
    )


def _shares(counts: Mapping[str, int]) -> dict[str, float]:
    whole = sum(counts.values())
    return {name: count / whole for name, count in counts.items()}


def added(parts: Iterable[Mapping[str, int]]) -> Counts:
    """Counts of all of them."""
    total: Counts = {}
    for part in parts:
        for name, count in part.items():
            total[name] = total.get(name, 0) + count
    return total
