"""Token lists in, batches under a token budget out, each padded as little as can be; and pooled vectors back."""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ids: TypeAlias = NDArray[np.int64]
Vectors: TypeAlias = NDArray[np.float32]


def batches(lengths: Sequence[int], max_tokens: int) -> Iterator[list[int]]:
    """Indices grouped by length, shortest first; rows times the longest row stay within `max_tokens`.

    A single row longer than that is a batch of its own. Sorting matters more than the runtime: texts of one length
    need no padding, and padding costs what text does.
    """
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda each: lengths[each]):
        if batch and (len(batch) + 1) * lengths[index] > max_tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def padded(rows: Sequence[Sequence[int]], pad_id: int) -> tuple[Ids, Ids]:
    """Token ids and attention mask, both int64 of shape (rows, longest row)."""
    width = max(map(len, rows))
    ids = np.full((len(rows), width), pad_id, dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
        mask[number, : len(row)] = 1
    return ids, mask


def pooled(hidden: NDArray[np.float32], mask: Ids, pooling: Literal["mean", "cls"] = "mean") -> Vectors:
    """Mean over a row's own tokens, or the state of its first one; then L2-normalised.

    `hidden` has shape (rows, width, dimension), `mask` (rows, width), the result (rows, dimension). It is what
    sentence-transformers' `Pooling` and `Normalize` do (Reimers and Gurevych, "Sentence-BERT", 2019, section 3).
    """
    rows = hidden[:, 0] if pooling == "cls" else _means(hidden, mask)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    normalised: Vectors = (rows / np.maximum(norms, 1e-12)).astype(np.float32, copy=False)
    return normalised


def _means(hidden: NDArray[np.float32], mask: Ids) -> Vectors:
    weights = mask.astype(np.float32)
    summed = np.einsum("bsh,bs->bh", hidden, weights)
    means: Vectors = summed / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    return means
