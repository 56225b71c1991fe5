"""Questions in, whether they lie elsewhere in embedding space than they did, out; and where to.

The first questions are the reference. Each further block of them is compared, with those just before it, against that.
A difference is told when it is both too large for chance, at a level for all the looks that 10,000 questions have, and
large enough to matter. It is over when as many looks in a row as a window has blocks find at most half of that.
"""

from datetime import datetime
from typing import Final

import numpy as np

from agents.monitors.detecting import Observation, Reading
from agents.monitors.discrepancy import Apart, apart
from agents.monitors.drift_state import (
    RECENT_BLOCKS,
    QuestionDriftState,
    added,
    began_at,
    block_size,
    examples,
    means,
)
from agents.monitors.evolving import evolved
from agents.monitors.kernel_features import Floats, features, projected
from agents.monitors.question_topics import summary, told, topics
from schemas.monitors import QuestionDrift
from schemas.operations import Evidence

HORIZON: Final = 10_000
"""Questions that `alpha` is for."""
CLEAR: Final = 0.5
"""Share of the effect worth telling that counts as little."""
MOST_EVIDENCE: Final = 8


class QuestionDriftDetector:
    """A `Detector`."""

    def start(self, asked: QuestionDrift) -> QuestionDriftState:  # noqa: ARG002 - the protocol's
        """Nothing seen."""
        return QuestionDriftState()

    def observe(
        self, state: QuestionDriftState, asked: QuestionDrift, seen: Observation, share: float
    ) -> tuple[QuestionDriftState, Reading | None]:
        """Each full block of questions is a look; between two nothing is said."""
        if not seen.vector:
            return state, None
        direction = projected(seen.vector)
        if not direction.any():
            return state, None
        state = added(state, asked, direction, features(direction), seen)
        if state.filled:
            return state, None
        if len(state.recent) < RECENT_BLOCKS:
            return state, Reading("insufficient")
        return _weighed(state, asked) if state.breached else _looked(state, asked, share)

    def tick(
        self,
        state: QuestionDriftState,
        asked: QuestionDrift,  # noqa: ARG002 - the protocol's
        now: datetime,  # noqa: ARG002 - the protocol's
    ) -> tuple[QuestionDriftState, Reading | None]:
        """Silence is no drift."""
        return state, None

    def rebase(self, state: QuestionDriftState, asked: QuestionDrift) -> QuestionDriftState:  # noqa: ARG002 - the protocol's
        """The recent questions are the reference; when they are few, the next ones are added to them."""
        return QuestionDriftState(reference=state.recent, reference_cards=state.recent_cards)


def _looked(state: QuestionDriftState, asked: QuestionDrift, share: float) -> tuple[QuestionDriftState, Reading | None]:
    found = apart(means(state.reference), means(state.recent), asked.minimum_effect)
    level = asked.alpha * share * block_size(asked) / HORIZON
    if found.effect < asked.minimum_effect or found.p_value > level:
        return state, Reading("normal", found.effect, asked.minimum_effect)
    return evolved(state, breached=True, alike=0), _drifted(state, asked, found)


def _weighed(state: QuestionDriftState, asked: QuestionDrift) -> tuple[QuestionDriftState, Reading | None]:
    """It was breached: it is over, or not."""
    found = apart(means(state.reference), means(state.recent), float("inf"))
    alike = state.alike + 1 if found.effect < asked.minimum_effect * CLEAR else 0
    if alike < RECENT_BLOCKS:
        return evolved(state, alike=alike), None
    back = Reading(
        "normal", found.effect, asked.minimum_effect * CLEAR, _window(state, asked), "topics are as they were"
    )
    return evolved(state, breached=False), back


def _drifted(state: QuestionDriftState, asked: QuestionDrift, found: Apart) -> Reading:
    towards = means(state.recent).mean(axis=0) - means(state.reference).mean(axis=0)
    shifted = topics(examples(state.reference_cards), examples(state.recent_cards), towards)
    grown = summary(shifted)
    return Reading(
        "breached",
        found.effect,
        asked.minimum_effect,
        _window(state, asked),
        "topics changed" + (f": {grown}" if grown else ""),
        since=began_at(state),
        evidence=_evidence(state, towards),
        details={"p-value": f"{found.p_value:.2g}", **told(shifted)},
    )


def _evidence(state: QuestionDriftState, towards: Floats) -> tuple[Evidence, ...]:
    """Answers to the questions that earlier ones are least like."""
    heights = [float(features(each.direction) @ towards) for each in examples(state.recent_cards)]
    farthest = [state.recent_cards[place].answer_id for place in np.argsort(heights)[::-1]]
    return tuple(Evidence(answer_id=each) for each in farthest if each)[:MOST_EVIDENCE]


def _window(state: QuestionDriftState, asked: QuestionDrift) -> str:
    size = block_size(asked)
    return f"{len(state.recent) * size:,} questions against {len(state.reference) * size:,}"
