"""What is remembered of questions: means of blocks of features, and a few examples. Some 40 kB, however many came."""

import base64
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from agents.monitors.detecting import Observation
from agents.monitors.discrepancy import Blocks
from agents.monitors.evolving import evolved
from agents.monitors.kernel_features import FREQUENCIES, Floats
from agents.monitors.question_groups import Example
from schemas.event import UtcDatetime, Value
from schemas.monitors import QuestionDrift

RECENT_BLOCKS: Final = 10
"""Blocks of a window: the fewest that a permutation test by blocks works with."""
REFERENCE_BLOCKS: Final = 64
"""At most; with the usual window and reference there are 25."""
REFERENCE_CARDS: Final = 56
RECENT_CARDS: Final = 84
MAX_TEXT: Final = 120
MEAN_STEP: Final = 1.0 / (127.0 * math.sqrt(FREQUENCIES))
"""A feature is at most 1 / sqrt(FREQUENCIES), so a signed byte of such steps holds it."""
DIRECTION_STEP: Final = 0.05
"""Half a byte a dimension: components of a direction of 64 dimensions are about 0.125, and seldom above 0.35."""


class Card(Value):
    """An example: its direction, half a byte a dimension in base64, its text, and the answer."""

    direction: str
    text: str
    answer_id: str | None = None


class Block(Value):
    """The mean features of some questions, a byte each in base64, and when the first of them came."""

    at: UtcDatetime
    mean: str


class QuestionDriftState(Value):
    """The state of the detector `question-drift`."""

    kind: Literal["question-drift"] = "question-drift"
    reference: tuple[Block, ...] = ()
    recent: tuple[Block, ...] = ()
    reference_cards: tuple[Card, ...] = ()
    recent_cards: tuple[Card, ...] = ()
    filling: str = ""
    """Sum of the features of the block that is not full yet, four bytes each in base64."""
    filled: int = 0
    began: UtcDatetime | None = None
    """When the first question of that block came."""
    seen: int = 0
    breached: bool = False
    alike: int = 0
    """The latest looks since then, without a gap, that found little difference."""


def block_size(asked: QuestionDrift) -> int:
    """Questions of one block."""
    return max(3, asked.window // RECENT_BLOCKS)


def learning(state: QuestionDriftState, asked: QuestionDrift) -> bool:
    """Whether the reference is not complete yet."""
    return len(state.reference) < min(REFERENCE_BLOCKS, math.ceil(asked.reference / block_size(asked)))


def added(
    state: QuestionDriftState, asked: QuestionDrift, direction: Floats, feature: Floats, seen: Observation
) -> QuestionDriftState:
    """With one question more; a block that is full by it has its place, and `filled` is 0 then."""
    state = _with_card(state, asked, direction, seen)
    size, began = block_size(asked), state.began or seen.at
    total = feature if not state.filling else _sum_of(state.filling) + feature
    counted = state.seen + 1
    if state.filled + 1 < size:
        return evolved(state, filling=_text(total.tobytes()), filled=state.filled + 1, began=began, seen=counted)
    mean = np.clip(np.rint(total / (size * MEAN_STEP)), -127, 127).astype(np.int8)
    block = Block(at=began, mean=_text(mean.tobytes()))
    after = evolved(state, filling="", filled=0, began=None, seen=counted)
    if learning(state, asked):
        return evolved(after, reference=(*state.reference, block))
    return evolved(after, recent=(*state.recent, block)[-RECENT_BLOCKS:])


def card_of(direction: Floats, seen: Observation) -> Card:
    """A question as an example."""
    return Card(direction=_packed(direction), text=seen.text[:MAX_TEXT], answer_id=seen.evidence.answer_id)


def means(blocks: Sequence[Block]) -> Blocks:
    """Shape (blocks, features)."""
    raw = [np.frombuffer(base64.b64decode(each.mean), np.int8) for each in blocks]
    return np.stack(raw).astype(np.float32) * np.float32(MEAN_STEP)


def examples(cards: Sequence[Card]) -> Sequence[Example]:
    """As they were kept, but for what half a byte leaves out."""
    return [Example(_direction_of(each.direction), each.text) for each in cards]


def began_at(state: QuestionDriftState) -> datetime:
    """When the first recent block came from which on all lie nearer to the recent questions than to the reference."""
    reference, recent = means(state.reference).mean(axis=0), means(state.recent)
    towards = recent.mean(axis=0) - reference
    beyond = (recent - reference) @ towards > float(towards @ towards) / 2
    first = len(beyond)
    while first > 0 and beyond[first - 1]:
        first -= 1
    return state.recent[min(first, len(beyond) - 1)].at


def _with_card(
    state: QuestionDriftState, asked: QuestionDrift, direction: Floats, seen: Observation
) -> QuestionDriftState:
    """Every so many questions one is kept as an example, on the side that it counts for."""
    first = learning(state, asked)
    questions, most = (asked.reference, REFERENCE_CARDS) if first else (asked.window, RECENT_CARDS)
    every = max(1, questions // most)
    if state.seen % every:
        return state
    kept = min(most, questions // every)
    card = card_of(direction, seen)
    if first:
        return evolved(state, reference_cards=(*state.reference_cards, evolved(card, answer_id=None))[-kept:])
    return evolved(state, recent_cards=(*state.recent_cards, card)[-kept:])


def _packed(direction: Floats) -> str:
    halves = (np.clip(np.rint(direction / DIRECTION_STEP), -8, 7) + 8).astype(np.uint8)
    return _text((halves[::2] << 4 | halves[1::2]).tobytes())


def _direction_of(packed: str) -> Floats:
    both = np.frombuffer(base64.b64decode(packed), np.uint8)
    halves = np.stack([both >> 4, both & 15], axis=1).reshape(-1).astype(np.float32) - 8
    return halves / np.float32(max(1e-9, float(np.linalg.norm(halves))))


def _sum_of(packed: str) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(packed), np.float32)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
