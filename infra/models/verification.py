"""A model and what its reference implementation gives in, how far the two agree out.

An embedder is compared by the cosine of each text's two vectors; a reranker by each pair's two scores: 1 less their
difference as a share of the reference's range, which is 1 for equal scores as a cosine is for equal directions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from infra.models.export_script import cut_texts, text_pairs
from infra.models.model_folder import REFERENCE, ModelFolder, Precision
from infra.models.reference_texts import VERSION, reference_texts
from infra.onnx_embedder import open_embedder
from infra.onnx_reranker import open_reranker
from infra.onnx_rows import Vectors
from infra.settings import Settings
from infra.token_counter import open_tokenizer
from schemas.failures import ConfigurationError

LEAST: Final[Mapping[Precision, tuple[float, float]]] = {
    "fp32": (0.9999, 0.9999),
    "fp16": (0.999, 0.9999),
    "int8": (-1.0, 0.98),
}
"""Of the lowest and of the median agreement that a model of each precision must have."""


@dataclass(frozen=True)
class Agreement:
    """Between a model and its reference; 1 is full."""

    texts: int
    lowest: float
    median: float

    def suffices(self, precision: Precision) -> bool:
        """Whether both are as high as they must be."""
        lowest, median = LEAST[precision]
        return self.lowest >= lowest and self.median >= median

    def sentence(self, kind: str) -> str:
        """For a card or a person."""
        what = "cosine" if kind == "embedder" else "1 - difference / range of scores"
        return f"{what} {self.lowest:.6f} at least, median {self.median:.6f}, over {self.texts} texts"


async def kept_agreement(settings: Settings, model: ModelFolder) -> Agreement:
    """Between the model and the reference's vectors that are in its folder.

    Raises `ConfigurationError` when it has none, or some that belong to another version of the texts.
    """
    path = model.path / REFERENCE
    if not path.is_file():
        raise ConfigurationError(f"{model.path} holds no {REFERENCE} to compare with: name its source with --against")
    with np.load(path, allow_pickle=False) as kept:
        vectors, version = kept["vectors"], int(kept["version"])
    if version != VERSION:
        raise ConfigurationError(
            f"{path} belongs to version {version} of the reference texts, and they are at {VERSION}: "
            "export the model again, or name its source with --against"
        )
    return await agreement(settings, model, reference_texts(), vectors)


def keep_reference(folder: Path, vectors: Vectors) -> None:
    """Write the reference's vectors of the reference texts into a model's folder."""
    np.savez(folder / REFERENCE, vectors=vectors.astype(np.float32), version=np.int64(VERSION))


async def agreement(settings: Settings, model: ModelFolder, texts: Sequence[str], reference: Vectors) -> Agreement:
    """Between the model and `reference`: a vector for each text, shape (texts, dimension), or a score for each pair.

    Raises `ConfigurationError` when the shapes differ, `PermanentError` when the model gives no usable numbers.
    """
    if reference.shape != (len(texts), model.manifest.dimension):
        raise ConfigurationError(
            f"the reference has shape {reference.shape}, and {model.path} gives "
            f"{(len(texts), model.manifest.dimension)}: it is not this model's"
        )
    if model.manifest.kind == "reranker":
        scores = await _scores(settings, model, texts)
        close = 1 - np.abs(scores - reference[:, 0]) / max(float(np.ptp(reference)), np.finfo(np.float32).tiny)
    else:
        vectors = await _vectors(settings, model, texts)
        lengths = np.linalg.norm(reference, axis=1) * np.linalg.norm(vectors, axis=1)
        close = np.einsum("td,td->t", vectors, reference) / np.maximum(lengths, np.finfo(np.float32).tiny)
    return Agreement(len(texts), float(close.min()), float(np.median(close)))


async def _vectors(settings: Settings, model: ModelFolder, texts: Sequence[str]) -> Vectors:
    embedder = open_embedder(settings, model)
    try:
        return await embedder.embed_passages(fitting(model, texts))
    finally:
        embedder.close()


def fitting(model: ModelFolder, texts: Sequence[str]) -> list[str]:
    """Each text as a passage that the model takes: as it is, or its longest beginning."""
    return cut_texts(texts, open_tokenizer(model), model.manifest.max_tokens, model.manifest.passage_prefix)


async def _scores(settings: Settings, model: ModelFolder, texts: Sequence[str]) -> Vectors:
    reranker = open_reranker(model, settings.embedder)
    try:
        pairs = text_pairs(texts, open_tokenizer(model), model.manifest.max_tokens)
        return np.concatenate([await reranker.scores(question, [passage]) for question, passage in pairs])
    finally:
        reranker.close()
