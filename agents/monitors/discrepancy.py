"""Means of blocks of features in, how far apart two samples are and whether that is chance, out.

Whole blocks are permuted rather than single questions: people ask in runs, and neighbours are alike.
"""

from dataclasses import dataclass
from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

Blocks = NDArray[np.float32]
"""Shape (blocks, features): each row the mean of equally many unit-length feature vectors."""


@dataclass(frozen=True)
class Apart:
    """Two samples compared."""

    effect: float
    """Squared maximum mean discrepancy as a share of the features' variance; about 0 for equal distributions, it may be
    below. Two samples that are all about different things have some 0.1 to 0.3."""
    p_value: float
    """Of the permutation test; 1 where it was not made."""


def apart(reference: Blocks, recent: Blocks, floor: float, permutations: int) -> Apart:
    """Compare; the test is made only where the effect is at least `floor`. Each sample needs two blocks."""
    gram = np.concatenate([reference, recent]).astype(np.float64)
    centre = gram.mean(axis=0)
    variance = max(1e-9, 1.0 - float(centre @ centre))
    gram = gram @ gram.T
    marked = np.zeros((1, len(gram)))
    marked[0, len(reference) :] = 1.0
    effect = float(_statistic(gram, marked)[0])
    if effect / variance < floor:
        return Apart(effect / variance, 1.0)
    as_far = int(np.sum(_statistic(gram, _relabelled(len(gram), len(recent), permutations)) >= effect))
    return Apart(effect / variance, (1 + as_far) / (1 + permutations))


def _statistic(gram: NDArray[np.float64], marked: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unbiased squared distance between the means of marked and other blocks, for each row of marks."""
    own = np.diag(gram)

    def within(marks: NDArray[np.float64]) -> NDArray[np.float64]:
        count = marks.sum(axis=1)
        inner: NDArray[np.float64] = (((marks @ gram) * marks).sum(axis=1) - marks @ own) / (count * (count - 1))
        return inner

    others = 1.0 - marked
    between = ((marked @ gram) * others).sum(axis=1) / (marked.sum(axis=1) * others.sum(axis=1))
    found: NDArray[np.float64] = within(marked) + within(others) - 2.0 * between
    return found


def _relabelled(blocks: int, marked: int, permutations: int) -> NDArray[np.float64]:
    """Rows of marks, each a random choice of `marked` blocks: the same ones every time, for equal numbers."""
    seed = f"permutations/{blocks}/{marked}/{permutations}".encode()
    order = np.frombuffer(shake_256(seed).digest(4 * blocks * permutations), np.uint32).reshape(permutations, blocks)
    marks = np.zeros((permutations, blocks))
    np.put_along_axis(marks, np.argsort(order, axis=1)[:, :marked], 1.0, axis=1)
    return marks
