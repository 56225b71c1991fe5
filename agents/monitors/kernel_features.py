"""A sketch of an embedding in, random features out whose mean says how questions are spread in embedding space.

The distance between the means of two samples' features is an estimate of their maximum mean discrepancy under a
Gaussian kernel (Gretton et al., "A Kernel Two-Sample Test", JMLR 13, 2012; random Fourier features: Rahimi and Recht,
NIPS 2007). All numbers come from a hash, so that they are the same on every machine and in every version.
"""

from functools import lru_cache
from hashlib import shake_256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.sketches import unsketch

DIRECTIONS: Final = 64
"""Dimensions that a sketch is projected to."""
FREQUENCIES: Final = 128
FEATURES: Final = 2 * FREQUENCIES
BANDWIDTH: Final = 1.34
"""Of the kernel: the median distance of two SciFact questions, projected and of length 1."""

Floats = NDArray[np.float32]


def projected(sketch: bytes) -> Floats:
    """Shape (DIRECTIONS,), of length 1 unless the sketch has no direction."""
    vector: Floats = unsketch(sketch) @ _projection(len(sketch))
    length = float(np.linalg.norm(vector))
    return vector if length == 0.0 else vector / np.float32(length)


def features(direction: Floats) -> Floats:
    """Shape (FEATURES,): of length 1, so that the features' variance about their mean is 1 - |mean|^2."""
    angles = direction @ _frequencies()
    both: Floats = np.concatenate([np.cos(angles), np.sin(angles)]).astype(np.float32)
    return both / np.float32(np.sqrt(FREQUENCIES))


@lru_cache(maxsize=8)
def _projection(dimension: int) -> Floats:
    return _normal(f"projection/{dimension}", (dimension, DIRECTIONS)) / np.float32(np.sqrt(DIRECTIONS))


@lru_cache(maxsize=1)
def _frequencies() -> Floats:
    return _normal("frequencies", (DIRECTIONS, FREQUENCIES)) / np.float32(BANDWIDTH)


def _normal(name: str, shape: tuple[int, int]) -> Floats:
    """Standard normal numbers (Box and Muller, 1958) from the bits of a hash of `name`."""
    count = shape[0] * shape[1]
    bits = np.frombuffer(shake_256(name.encode()).digest(8 * count), np.uint32).reshape(2, count)
    uniform = (bits.astype(np.float64) + 0.5) / 2.0**32
    radius, angle = np.sqrt(-2.0 * np.log(uniform[0])), 2.0 * np.pi * uniform[1]
    found: Floats = (radius * np.cos(angle)).reshape(shape).astype(np.float32)
    return found
