"""Labelled feature vectors in, weights of a logistic regression out: numpy alone, the same on every run."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.guardrails.ngrams import BUCKETS, ngrams

Floats = NDArray[np.float64]
STEPS: Final = 150
_BETAS: Final = (0.9, 0.999)
_TINY: Final = 1e-8


class Sparse(NamedTuple):
    """Rows of n-gram counts over the square root of their number: what the lexical classifiers see."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Floats
    count: int

    def times(self, weights: Floats) -> Floats:
        """Shape (count,)."""
        return np.bincount(self.rows, self.values * weights[self.columns], self.count)

    def transposed_times(self, errors: Floats) -> Floats:
        """Shape (`BUCKETS`,)."""
        return np.bincount(self.columns, self.values * errors[self.rows], BUCKETS)


def sparse(folded: Sequence[str]) -> Sparse:
    """One row a folded text."""
    rows, columns, values = [], [], []
    for row, text in enumerate(folded):
        buckets, counts = np.unique(ngrams(text).buckets, return_counts=True)
        rows.append(np.full(len(buckets), row))
        columns.append(buckets)
        values.append(counts / np.sqrt(max(1, counts.sum())))
    return Sparse(np.concatenate(rows), np.concatenate(columns), np.concatenate(values), len(folded))


class Dense:
    """The same interface for ordinary vectors."""

    def __init__(self, vectors: Floats) -> None:
        self.vectors = vectors.astype(np.float64)
        self.count = len(vectors)

    def times(self, weights: Floats) -> Floats:
        return self.vectors @ weights

    def transposed_times(self, errors: Floats) -> Floats:
        return errors @ self.vectors


def fit(
    features: Sparse | Dense, labels: NDArray[np.bool_], weights: Floats, *, width: int, l2: float, rate: float = 0.05
) -> tuple[Floats, float]:
    """Weights and bias of least penalised logistic loss, by Adam on all rows at once."""
    share = weights / weights.sum()
    parameters = np.zeros(width + 1)
    first, second = np.zeros_like(parameters), np.zeros_like(parameters)
    for step in range(1, STEPS + 1):
        logits = features.times(parameters[:-1]) + parameters[-1]
        errors = share * (1 / (1 + np.exp(-np.clip(logits, -60, 60))) - labels)
        gradient = np.append(features.transposed_times(errors) + l2 * parameters[:-1], errors.sum())
        first = _BETAS[0] * first + (1 - _BETAS[0]) * gradient
        second = _BETAS[1] * second + (1 - _BETAS[1]) * gradient**2
        decay = rate * (1 - step / (STEPS + 1))
        parameters -= decay * (first / (1 - _BETAS[0] ** step)) / (np.sqrt(second / (1 - _BETAS[1] ** step)) + _TINY)
    return parameters[:-1], float(parameters[-1])


def balanced(sources: Sequence[str], labels: NDArray[np.bool_]) -> Floats:
    """A weight for each row: sources of a class count by the root of their size, and the classes the same in all."""
    keys = [f"{source} {label}" for source, label in zip(sources, labels, strict=True)]
    _, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    weights = 1 / np.sqrt(counts[places])
    for label in (True, False):
        weights[labels == label] /= weights[labels == label].sum()
    return weights
