"""Questions in, whether they lie elsewhere in embedding space than they did, out; and where to.

The first questions are the reference. Each further block of them is compared, with those just before it, against that.
A difference is told when it is both too large for chance and large enough to matter; how many looks there were does
not matter much, since what is far beyond chance in one look is not found in a thousand without a change.
"""

import base64
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

import numpy as np

from agents.monitors.detecting import Observation, Reading
from agents.monitors.discrepancy import Apart, apart
from agents.monitors.kernel_features import FEATURES, features, projected
from agents.monitors.question_topics import Example, told, topics
from schemas.event import UtcDatetime, Value
from schemas.monitors import QuestionDrift
from schemas.operations import Evidence

BLOCKS: Final = 10
"""Blocks of a window: the fewest that a permutation test by blocks works with."""
EXAMPLES: Final = 64
"""Questions of each side that are kept with their texts."""
MAX_TEXT: Final = 160
MAX_PERMUTATIONS: Final = 20_000
MOST_EVIDENCE: Final = 8
STEPS: Final = 127


class Card(Value):
    """An example: 64 signed bytes in base64, the text, and the answer."""

    direction: str
    text: str
    answer_id: str | None = None


class Block(Value):
    """The mean features of some questions, two bytes each in base64, and when the first of them came."""

    at: UtcDatetime
    mean: str


class QuestionDriftState(Value):
    """The state of the detector."""

    kind: Literal["question-drift"] = "question-drift"
    reference: tuple[Block, ...] = ()
    recent: tuple[Block, ...] = ()
    reference_cards: tuple[Card, ...] = ()
    recent_cards: tuple[Card, ...] = ()
    filling: str = ""
    """Sum of the features of the block that is not full yet, four bytes each in base64."""
    filled: int = 0
    began: UtcDatetime | None = None
    seen: int = 0
    breached: bool = False


class QuestionDriftDetector:
    """The detector of kind `question-drift`."""

    def start(self, asked: QuestionDrift) -> QuestionDriftState:  # noqa: ARG002 - as the protocol has it
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
        size = block_size(asked)
        total = features(direction) if not state.filling else _floats(state.filling) + features(direction)
        update: dict[str, object] = {
            "filling": _packed(total, np.float32),
            "filled": state.filled + 1,
            "began": state.began or seen.at,
            "seen": state.seen + 1,
            **_with_card(state, asked, direction, seen),
        }
        state = state.model_copy(update=update)
        if state.filled < size:
            return state, None
        block = Block(at=state.began or seen.at, mean=_packed(total / np.float32(size), np.float16))
        state = _with_block(state.model_copy(update={"filling": "", "filled": 0, "began": None}), asked, block)
        return _looked(state, asked, share)

    def tick(
        self, state: QuestionDriftState, asked: QuestionDrift, now: datetime
    ) -> tuple[QuestionDriftState, Reading | None]:
        """Silence is no drift."""
        del asked, now
        return state, None

    def rebase(self, state: QuestionDriftState, asked: QuestionDrift) -> QuestionDriftState:
        """The recent questions are the reference; when they are few, the next ones are added to them."""
        del asked
        return QuestionDriftState(reference=state.recent, reference_cards=state.recent_cards)


def block_size(asked: QuestionDrift) -> int:
    """Questions of one block."""
    return max(3, asked.window // BLOCKS)


def _with_block(state: QuestionDriftState, asked: QuestionDrift, block: Block) -> QuestionDriftState:
    if len(state.reference) < math.ceil(asked.reference / block_size(asked)):
        return state.model_copy(update={"reference": (*state.reference, block)})
    return state.model_copy(update={"recent": (*state.recent, block)[-BLOCKS:]})


def _with_card(
    state: QuestionDriftState, asked: QuestionDrift, direction: np.ndarray, seen: Observation
) -> dict[str, object]:
    """Every so many questions one is kept as an example, on the side that it counts for."""
    size = block_size(asked)
    learning = len(state.reference) < math.ceil(asked.reference / size)
    every = max(1, (asked.reference if learning else asked.window) // EXAMPLES)
    if state.seen % every:
        return {}
    rounded = np.rint(direction * STEPS).astype(np.int8)
    card = Card(direction=_text(bytes(rounded)), text=seen.text[:MAX_TEXT], answer_id=seen.evidence.answer_id)
    if learning:
        return {"reference_cards": (*state.reference_cards, card)[-EXAMPLES:]}
    return {"recent_cards": (*state.recent_cards, card)[-EXAMPLES:]}


def _looked(state: QuestionDriftState, asked: QuestionDrift, share: float) -> tuple[QuestionDriftState, Reading | None]:
    if len(state.recent) < BLOCKS:
        return state, Reading("insufficient")
    reference = np.stack([_means(each.mean) for each in state.reference])
    recent = np.stack([_means(each.mean) for each in state.recent])
    alpha = asked.alpha * share
    if state.breached:
        found = apart(reference, recent, asked.minimum_effect / 2, 1)
        if found.effect >= asked.minimum_effect / 2:
            return state, None
        return state.model_copy(update={"breached": False}), _reading("normal", state, asked, found)
    found = apart(reference, recent, asked.minimum_effect, min(MAX_PERMUTATIONS, math.ceil(2 / alpha)))
    if found.effect < asked.minimum_effect or found.p_value > max(alpha, 1 / MAX_PERMUTATIONS):
        return state, Reading("normal", value=found.effect, threshold=asked.minimum_effect)
    after = state.model_copy(update={"breached": True})
    return after, _reading("breached", after, asked, found)


def _reading(
    status: Literal["normal", "breached"], state: QuestionDriftState, asked: QuestionDrift, found: Apart
) -> Reading:
    size = block_size(asked)
    window = f"{len(state.recent) * size:,} questions against {len(state.reference) * size:,}"
    if status == "normal":
        return Reading(status, found.effect, asked.minimum_effect, window, "people ask as they did before")
    shifted = topics(_examples(state.reference_cards), _examples(state.recent_cards))
    grown = next((", ".join(each.words) for each in shifted if each.change > 0), "")
    answers = (each.answer_id for each in reversed(state.recent_cards) if each.answer_id)
    return Reading(
        status,
        found.effect,
        asked.minimum_effect,
        window,
        "people ask about other things than they did" + (f": more about {grown}" if grown else ""),
        since=_since(state),
        evidence=tuple(Evidence(answer_id=each) for each in list(answers)[:MOST_EVIDENCE]),
        details={"p-value": f"{found.p_value:.2g}", **told(shifted)},
    )


def _since(state: QuestionDriftState) -> datetime:
    """When the first recent block came from which on all lie nearer to the recent questions than to the reference."""
    reference = np.stack([_means(each.mean) for each in state.reference]).mean(axis=0)
    recent = np.stack([_means(each.mean) for each in state.recent])
    towards = recent.mean(axis=0) - reference
    beyond = (recent - reference) @ towards > float(towards @ towards) / 2
    first = len(beyond)
    while first > 0 and beyond[first - 1]:
        first -= 1
    return state.recent[min(first, len(beyond) - 1)].at


def _examples(cards: Sequence[Card]) -> Sequence[Example]:
    found = [(np.frombuffer(base64.b64decode(each.direction), np.int8).astype(np.float32), each.text) for each in cards]
    return [Example(vector / max(1e-9, float(np.linalg.norm(vector))), text) for vector, text in found]


def _packed(values: np.ndarray, kind: type[np.float16 | np.float32]) -> str:
    return _text(values.astype(kind).tobytes())


def _floats(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), np.float32)


def _means(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), np.float16).astype(np.float32)[:FEATURES]


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
