"""Questions in, out whether too many of them have nothing near in the index; and which, in groups: what to write next.

A question that was refused is not among them, nor one of which the search showed nothing. The share is looked at each
time a tenth of the window is new, and only over a full one. It is over when it is at most three quarters of the bound.
"""

import math
from datetime import datetime
from typing import Final, Literal

from agents.monitors.detecting import Observation, Reading
from agents.monitors.drift_state import MAX_TEXT, Card, card_of, examples
from agents.monitors.evolving import evolved
from agents.monitors.kernel_features import projected
from agents.monitors.question_groups import groups, quoted
from schemas.event import UtcDatetime, Value
from schemas.monitors import Coverage
from schemas.operations import Evidence

SIMILARITY: Final = "top_similarity"
"""The value of a question that says how near the nearest passage is: a cosine."""
PARTS: Final = 10
CLEAR: Final = 0.75
"""Share of the bound at which it is over."""
MISSING: Final = 48
"""Questions without a passage that are kept, the latest."""
OTHERS: Final = 24
"""Questions with one, whose words tell what the others are about."""
GROUPS: Final = 6
MOST_EVIDENCE: Final = 8


class Missing(Card):
    """A question that has nothing near."""

    number: int
    """Of all questions, so that those before the window are known."""
    at: UtcDatetime


class CoverageState(Value):
    """What was seen."""

    kind: Literal["coverage"] = "coverage"
    parts: tuple[int, ...] = ()
    """Questions of each tenth of the window that have nothing near, oldest first."""
    filling: int = 0
    filled: int = 0
    seen: int = 0
    missing: tuple[Missing, ...] = ()
    others: tuple[str, ...] = ()
    breached: bool = False


class CoverageDetector:
    """A `Detector`."""

    def start(self, asked: Coverage) -> CoverageState:  # noqa: ARG002 - the protocol's
        """Nothing seen."""
        return CoverageState()

    def observe(
        self,
        state: CoverageState,
        asked: Coverage,
        seen: Observation,
        share: float,  # noqa: ARG002 - a share of questions, which everybody can count, is no test
    ) -> tuple[CoverageState, Reading | None]:
        """Each full tenth of a window is a look; between two nothing is said."""
        similarity = seen.values.get(SIMILARITY)
        if similarity is None or not math.isfinite(similarity):
            return state, None
        size = part_size(asked)
        state = _with_text(state, asked, seen, uncovered=similarity < asked.near)
        filling, filled = state.filling + (similarity < asked.near), state.filled + 1
        state = evolved(state, filling=filling, filled=filled, seen=state.seen + 1)
        if filled < size:
            return state, None
        state = evolved(state, parts=(*state.parts, filling)[-PARTS:], filling=0, filled=0)
        if len(state.parts) < PARTS:
            return state, Reading("insufficient")
        return _looked(state, asked, size * PARTS)

    def tick(
        self,
        state: CoverageState,
        asked: Coverage,  # noqa: ARG002 - the protocol's
        now: datetime,  # noqa: ARG002 - the protocol's
    ) -> tuple[CoverageState, Reading | None]:
        """Without questions nothing is missing."""
        return state, None

    def rebase(self, state: CoverageState, asked: Coverage) -> CoverageState:  # noqa: ARG002 - the protocol's
        """Begin anew: it is compared with its bound only."""
        return CoverageState()


def part_size(asked: Coverage) -> int:
    """Questions of a tenth of the window."""
    return max(3, asked.window // PARTS)


def _with_text(state: CoverageState, asked: Coverage, seen: Observation, *, uncovered: bool) -> CoverageState:
    if uncovered and seen.vector and (direction := projected(seen.vector)).any():
        kept = card_of(direction, seen)
        new = Missing(number=state.seen, at=seen.at, **dict(kept))
        return evolved(state, missing=(*state.missing, new)[-MISSING:])
    if not uncovered and state.seen % max(1, asked.window // OTHERS) == 0:
        return evolved(state, others=(*state.others, seen.text[:MAX_TEXT])[-OTHERS:])
    return state


def _looked(state: CoverageState, asked: Coverage, window: int) -> tuple[CoverageState, Reading | None]:
    uncovered = sum(state.parts) / window
    bound = asked.share * CLEAR if state.breached else asked.share
    still = uncovered > bound if state.breached else uncovered >= bound
    if still == state.breached:
        return state, None if state.breached else Reading("normal", uncovered, asked.share)
    after = evolved(state, breached=still)
    told = f"{window:,} questions"
    if not still:
        summary = f"coverage is back: {uncovered:.0%} have nothing near"
        return after, Reading("normal", uncovered, asked.share, told, summary)
    return after, _reading(after, asked, uncovered, window)


def _reading(state: CoverageState, asked: Coverage, uncovered: float, window: int) -> Reading:
    recent = [each for each in state.missing if each.number >= state.seen - window]
    found = groups(examples(recent), state.others, GROUPS)
    largest = sorted(found, key=lambda group: -len(group.members))
    named = next((", ".join(group.words) for group in largest if group.words), "")
    return Reading(
        "breached",
        uncovered,
        asked.share,
        f"{window:,} questions",
        f"coverage is low: {uncovered:.0%} have nothing near" + (f", as about {named}" if named else ""),
        since=recent[0].at if recent else None,
        evidence=tuple(Evidence(answer_id=each.answer_id) for each in recent[::-1] if each.answer_id)[:MOST_EVIDENCE],
        details={
            f"missing {number}": f"{', '.join(group.words) or 'various'} ({len(group.members)} of {len(recent)}): "
            f"{quoted(group.examples)}"
            for number, group in enumerate(largest, 1)
        },
    )
