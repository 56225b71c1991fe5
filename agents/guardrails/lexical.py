"""Hashed n-grams in, a score for each piece of the text out: a linear model of words and letters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.guardrails.ngrams import NGrams


@dataclass(frozen=True, eq=False)
class LexicalModel:
    """A logistic regression over n-gram counts, each row divided by the root of its number of n-grams."""

    weights: NDArray[np.float32]
    """Shape (`BUCKETS`,)."""
    bias: float

    def score(self, grams: NGrams) -> float:
        """Logit of the whole text."""
        if not len(grams.buckets):
            return self.bias
        return float(self.weights[grams.buckets].sum() / np.sqrt(len(grams.buckets))) + self.bias

    def scores(self, grams: NGrams, edges: NDArray[np.int64]) -> NDArray[np.float64]:
        """Shape (pieces,): logit of each piece `edges[i]` to `edges[i + 1]`, of the n-grams that lie within it."""
        places, inside = owners(grams, edges)
        count = len(edges) - 1
        totals = np.bincount(places, self.weights[grams.buckets[inside]], count)
        return totals / np.sqrt(np.maximum(np.bincount(places, minlength=count), 1)) + self.bias


def owners(grams: NGrams, edges: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The piece of each n-gram that lies within one, and which n-grams these are."""
    piece_of = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    first, last = piece_of[grams.starts], piece_of[grams.ends - 1]
    inside = first == last
    return first[inside], inside
