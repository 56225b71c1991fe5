"""Rows of token ids in, arrays of one shape out; and hidden states back to one vector a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ids: TypeAlias = NDArray[np.int64]
Vectors: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """One text as a model takes it."""

    ids: Sequence[int]
    types: Sequence[int] | None = None
    """Token types, as many as ids; None: all zero."""


def padded(rows: Sequence[Row], pad_id: int, shape: tuple[int, int]) -> dict[str, Ids]:
    """`input_ids`, `attention_mask` and `token_type_ids`, each int64 of `shape`, which holds all rows.

    A row of the shape beyond those given has one token that counts, since a mean over none is not a number.
    """
    ids = np.full(shape, pad_id, dtype=np.int64)
    mask = np.zeros(shape, dtype=np.int64)
    types = np.zeros(shape, dtype=np.int64)
    mask[len(rows) :, 0] = 1
    for number, row in enumerate(rows):
        width = len(row.ids)
        ids[number, :width] = row.ids
        mask[number, :width] = 1
        if row.types is not None:
            types[number, :width] = row.types
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}


def pooled(hidden: NDArray[np.floating], mask: Ids, pooling: Literal["mean", "cls"] = "mean") -> Vectors:
    """Mean over a row's own tokens, or the state of its first one; then L2-normalised.

    `hidden` has shape (rows, width, dimension), `mask` (rows, width), the result (rows, dimension). It is what
    sentence-transformers' `Pooling` and `Normalize` do (Reimers and Gurevych, "Sentence-BERT", 2019, section 3).
    """
    states = hidden.astype(np.float32, copy=False)
    rows = states[:, 0] if pooling == "cls" else _means(states, mask)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    normalised: Vectors = (rows / np.maximum(norms, 1e-12)).astype(np.float32, copy=False)
    return normalised


def _means(hidden: NDArray[np.float32], mask: Ids) -> Vectors:
    weights = mask.astype(np.float32)
    summed = np.einsum("bsh,bs->bh", hidden, weights)
    means: Vectors = summed / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    return means
