"""Token ids in, hidden states out: BERT's forward pass written a second time, from the papers, one row at a time."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def hidden_states(
    weights: Mapping[str, NDArray[np.float32]],
    ids: Sequence[int],
    layers: int,
    heads: int,
    types: Sequence[int] | None = None,
) -> Floats:
    """Shape (tokens, hidden), in double precision; `ids` is one row without padding, of token type 0 unless told."""
    wide = {name: value.astype(np.float64) for name, value in weights.items()}
    state = (
        wide["embeddings.word_embeddings.weight"][list(ids)]
        + wide["embeddings.position_embeddings.weight"][: len(ids)]
        + wide["embeddings.token_type_embeddings.weight"][types or [0] * len(ids)]
    )
    state = _norm(wide, "embeddings.LayerNorm", state)
    for layer in range(layers):
        state = _layer(wide, f"encoder.layer.{layer}", state, heads)
    return state


def _layer(wide: Mapping[str, Floats], prefix: str, state: Floats, heads: int) -> Floats:
    query, key, value = (
        np.split(_linear(wide, f"{prefix}.attention.self.{part}", state), heads, axis=1)
        for part in ("query", "key", "value")
    )
    mixed = np.concatenate([_attention(*head) for head in zip(query, key, value, strict=True)], axis=1)
    output = _linear(wide, f"{prefix}.attention.output.dense", mixed)
    state = _norm(wide, f"{prefix}.attention.output.LayerNorm", output + state)
    inner = _linear(wide, f"{prefix}.intermediate.dense", state)
    inner = inner * np.vectorize(lambda x: 0.5 * (1 + math.erf(x / math.sqrt(2))))(inner)
    return _norm(wide, f"{prefix}.output.LayerNorm", _linear(wide, f"{prefix}.output.dense", inner) + state)


def _attention(query: Floats, key: Floats, value: Floats) -> Floats:
    scores = np.exp(query @ key.T / math.sqrt(query.shape[1]))
    mixed: Floats = scores / scores.sum(axis=1, keepdims=True) @ value
    return mixed


def _linear(wide: Mapping[str, Floats], prefix: str, state: Floats) -> Floats:
    result: Floats = state @ wide[f"{prefix}.weight"].T + wide[f"{prefix}.bias"]
    return result


def _norm(wide: Mapping[str, Floats], prefix: str, state: Floats) -> Floats:
    centred = state - state.mean(axis=1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
    result: Floats = scaled * wide[f"{prefix}.weight"] + wide[f"{prefix}.bias"]
    return result
