"""Means of blocks of features in, how far apart two samples are and whether that is chance, out.

Whole blocks are permuted rather than single questions: people ask in runs, and neighbours are alike. What is beyond all
permutations is judged by a Pearson type III distribution with the mean, deviation and skewness of theirs, as is usual
for such statistics (Gretton et al., NIPS 2009, fit one by moments; Berry and Mielke, 1983, by these three).
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from hashlib import shake_256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.monitors.chi_square import survival

PERMUTATIONS: Final = 1_999
LEAST_VARIANCE: Final = 1e-4
"""Of features: below it all questions are the same one."""
LEAST_SKEWNESS: Final = 0.1

Blocks = NDArray[np.float32]
"""Shape (blocks, features): each row the mean of equally many unit-length feature vectors."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Apart:
    """Two samples compared."""

    effect: float
    """Squared maximum mean discrepancy as a share of the features' variance; about 0 for equal distributions, it may be
    below. Two samples that are all about different things have some 0.1 to 0.3."""
    p_value: float
    """Of the permutation test; 1 where it was not made."""


def apart(reference: Blocks, recent: Blocks, floor: float) -> Apart:
    """Compare; the test is made only where the effect is at least `floor`. Each sample needs two blocks."""
    means = np.concatenate([reference, recent]).astype(np.float64)
    centre = means.mean(axis=0)
    variance = max(LEAST_VARIANCE, 1.0 - float(centre @ centre))
    gram = means @ means.T
    marked = np.zeros((1, len(gram)))
    marked[0, len(reference) :] = 1.0
    found = float(_statistic(gram, marked)[0])
    if found / variance < floor:
        return Apart(found / variance, 1.0)
    permuted = _statistic(gram, _relabelled(len(gram), len(recent), PERMUTATIONS))
    return Apart(found / variance, chance(found, permuted))


def chance(found: float, permuted: Numbers) -> float:
    """The p-value of a statistic that is large where there is a difference, 0 to 1."""
    as_far = int(np.sum(permuted >= found))
    deviation = float(permuted.std())
    counted = (1 + as_far) / (1 + len(permuted))
    if as_far or deviation == 0.0:
        return counted
    standard = (permuted - permuted.mean()) / deviation
    skewness = max(LEAST_SKEWNESS, float((standard**3).mean()))
    degrees = max(1, round(8.0 / skewness**2))
    far = (found - float(permuted.mean())) / deviation
    return min(counted, survival(degrees + math.sqrt(2.0 * degrees) * far, degrees))


def _statistic(gram: Numbers, marked: Numbers) -> Numbers:
    """Unbiased squared distance between the means of marked and other blocks, for each row of marks."""
    own = np.diag(gram)

    def within(marks: Numbers) -> Numbers:
        count = marks.sum(axis=1)
        inner: Numbers = (((marks @ gram) * marks).sum(axis=1) - marks @ own) / (count * (count - 1))
        return inner

    others = 1.0 - marked
    between = ((marked @ gram) * others).sum(axis=1) / (marked.sum(axis=1) * others.sum(axis=1))
    found: Numbers = within(marked) + within(others) - 2.0 * between
    return found


@lru_cache(maxsize=4)
def _relabelled(blocks: int, marked: int, permutations: int) -> Numbers:
    """Rows of marks, each a random choice of `marked` blocks: the same ones every time, for equal numbers."""
    seed = f"permutations/{blocks}/{marked}/{permutations}".encode()
    order = np.frombuffer(shake_256(seed).digest(4 * blocks * permutations), np.uint32).reshape(permutations, blocks)
    marks = np.zeros((permutations, blocks))
    np.put_along_axis(marks, np.argsort(order, axis=1)[:, :marked], 1.0, axis=1)
    return marks
