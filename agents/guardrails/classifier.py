"""Readings of a text in, how sure the classifiers are that it attacks a language model out, from 0 to 1."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.guardrails.ngrams import NGrams, ngrams
from agents.guardrails.phrases import KINDS, Phrase
from agents.guardrails.segments import edges, segments
from agents.guardrails.strangers import described
from agents.guardrails.view import View
from agents.guardrails.weights import Weights
from schemas.chunks import Span

MAX_CLASSIFIED: Final = 30_000
"""Characters of a text that are classified; phrases are looked for in all of it."""


class Stranger(NamedTuple):
    """The piece of a passage that belongs there least."""

    score: float
    span: Span


def question_score(
    weights: Weights, plain: Sequence[View], found: Iterable[Phrase], vector: NDArray[np.float32] | None
) -> float:
    """How sure it is that a question is an attack: the strongest of its readings, the phrases in them, its embedding.

    `vector` has the shape (1, dimension) and comes from the model that `weights.embedder` names, or is None.
    """
    lexical = max(weights.question.score(ngrams(view.text[:MAX_CLASSIFIED])) for view in plain)
    seen = {phrase.kind for phrase in found}
    phrases = sum(float(weights.kinds[KINDS.index(kind)]) for kind in seen)
    if vector is None:
        factor, least = weights.without_vector
        return sigmoid(factor * lexical + phrases - least)
    factor, head_factor, least = weights.with_vector
    embedded = float(vector[0] @ weights.head[:-1] + weights.head[-1])
    return sigmoid(factor * lexical + head_factor * embedded + phrases - least)


def stranger(weights: Weights, raw: str, plain: View) -> Stranger | None:
    """The piece of a passage that is most like an order planted there; None for an empty passage."""
    pieces = segments(raw[:MAX_CLASSIFIED])
    if not pieces or not plain.text:
        return None
    bounds = edges(plain, pieces)
    grams = within(ngrams(plain.text[: bounds[-1]]), int(bounds[-1]))
    features = piece_features(weights, plain, grams, bounds)
    scores = features @ weights.stranger[:-1] + weights.stranger[-1]
    best = int(scores.argmax())
    return Stranger(sigmoid(float(scores[best])), Span(start=pieces[best][0], end=pieces[best][1]))


def within(grams: NGrams, end: int) -> NGrams:
    """The n-grams that end before `end`."""
    kept = grams.ends <= end
    return NGrams(grams.buckets[kept], grams.starts[kept], grams.ends[kept])


def piece_features(weights: Weights, plain: View, grams: NGrams, bounds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shape (pieces, features), as `strangers.described` names them."""
    logits = weights.piece.scores(grams, bounds)
    texts = [plain.text[start:end] for start, end in pairwise(bounds.tolist())]
    return described(texts, logits)


def sigmoid(logit: float) -> float:
    """The probability of a logit."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))
