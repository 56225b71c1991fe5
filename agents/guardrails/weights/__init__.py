"""The weights of the injection classifiers, their model card, and the hash that says they belong together."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.guardrails.lexical import LexicalModel
from schemas.failures import ConfigurationError

WEIGHTS: Final = "injection.npz"
CARD: Final = "injection.json"


@dataclass(frozen=True, eq=False)
class Weights:
    """What `bench/train_injection.py` has learnt."""

    embedder: str
    """Name of the embedding model, without precision and hash, whose vectors the head weighs."""
    question: LexicalModel
    head: NDArray[np.float32]
    """Shape (dimension + 1,): weights of a question's vector, and the bias."""
    kinds: NDArray[np.float32]
    """Shape (kinds,): what each kind of phrase adds, in the order of `phrases.KINDS`."""
    with_vector: tuple[float, float, float]
    """Factors of the lexical and the embedding logit, and the sum at which the score is one half."""
    without_vector: tuple[float, float]
    """Factor of the lexical logit, and the sum at which the score is one half, where there is no vector."""
    piece: LexicalModel
    stranger: NDArray[np.float32]
    """Shape (features + 1,): weights of `strangers.FEATURES`, and the bias, which puts one half at the threshold."""


@cache
def weights() -> Weights:
    """The weights in this package, read once.

    Raises `ConfigurationError` when they are not the file that the card describes.
    """
    folder = files(__name__)
    raw = folder.joinpath(WEIGHTS).read_bytes()
    card = json.loads(folder.joinpath(CARD).read_text())
    return read(raw, card["sha256"], card["embedder"])


def read(raw: bytes, sha256: str, embedder: str) -> Weights:
    """The weights in the bytes of an `.npz` file. Raises `ConfigurationError` when their hash is another."""
    found = hashlib.sha256(raw).hexdigest()
    if found != sha256:
        raise ConfigurationError(
            f"{WEIGHTS} has the hash {found} and its card says {sha256}: install ragstream again, or train it again"
        )
    with np.load(BytesIO(raw)) as arrays:
        return Weights(
            embedder=embedder,
            question=LexicalModel(arrays["question"].astype(np.float32), float(arrays["question_bias"])),
            head=arrays["head"].astype(np.float32),
            kinds=arrays["kinds"].astype(np.float32),
            with_vector=tuple(arrays["with_vector"].tolist()),
            without_vector=tuple(arrays["without_vector"].tolist()),
            piece=LexicalModel(arrays["piece"].astype(np.float32), float(arrays["piece_bias"])),
            stranger=arrays["stranger"].astype(np.float32),
        )
