"""Directions in, which of them lie together out.

K-means on the sphere (Dhillon and Modha, Machine Learning 42, 2001) from several starts, the same ones every time.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

STARTS: Final = 8
"""Choices of first centres that are tried; the tightest clusters are taken."""
ROUNDS: Final = 20

Points = NDArray[np.float32]
"""Shape (points, dimensions), each row of length 1."""


def clusters(points: Points, count: int) -> Sequence[int]:
    """The cluster of each point, 0 and up; `count` of them, or fewer."""
    count = min(count, len(points))
    tried = [_settled(points, points[_spread(len(points), count, start)]) for start in range(STARTS)]
    which, _ = max(tried, key=lambda each: each[1])
    return [int(each) for each in which]


def _spread(points: int, count: int, start: int) -> Sequence[int]:
    """Places of `count` different points, other ones for each start."""
    step = points // count
    return [(start + place * step) % points for place in range(count)]


def _settled(points: Points, centres: Points) -> tuple[NDArray[np.intp], float]:
    centres = centres.copy()
    which = np.argmax(points @ centres.T, axis=1)
    for _ in range(ROUNDS):
        for cluster in np.unique(which):
            mean = points[which == cluster].mean(axis=0)
            centres[cluster] = mean / max(1e-9, float(np.linalg.norm(mean)))
        again = np.argmax(points @ centres.T, axis=1)
        if np.array_equal(again, which):
            break
        which = again
    return which, float((points @ centres.T).max(axis=1).sum())
