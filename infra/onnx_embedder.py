"""Texts in, normalised vectors out, on ONNX Runtime (port `Embedder`).

A question goes ahead of every document that has not begun, so it waits for one run at most.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from infra.models.model_folder import ModelFolder
from infra.onnx_engine import OnnxEngine, Running
from infra.onnx_rows import Ids, Row, Vectors, pooled
from infra.onnx_session import open_session
from infra.settings import EmbedderSettings, Settings
from infra.token_counter import open_tokenizer, pad_id
from schemas.failures import ConfigurationError, PermanentError

HALF: Final = 0.5
"""Of the length 1 that every vector has after normalising, unless it is zero."""
WARM_UP: Final = "warm-up"


class OnnxEmbedder:
    """One session, one queue of runs."""

    def __init__(self, model: ModelFolder, session: Any, tokenizer: Tokenizer, settings: EmbedderSettings) -> None:
        """Raises `ConfigurationError` for a reranker, and for a graph with inputs that nobody here can fill."""
        if model.manifest.kind != "embedder":
            raise ConfigurationError(f"the model in {model.path} is a {model.manifest.kind} and gives no vectors")
        self.embedder_id = model.embedder_id
        self.dimension = model.manifest.dimension
        self.max_tokens = model.manifest.max_tokens
        self._tokenizer = tokenizer
        self._manifest = model.manifest
        self._engine = OnnxEngine(
            "onnx-embedder", model, session, settings, pad_id=pad_id(tokenizer, model), finish=self._finished
        )

    @property
    def running(self) -> Running:
        """Where it runs and how, asked of the session."""
        return self._engine.running

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row per text, in order.

        Raises `PermanentError` for a text over the model's limit, before anything is embedded, and for vectors that
        are no use. Cancelling the caller drops its texts that have not begun.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        rows = await asyncio.to_thread(self._tokenised, texts, self._manifest.passage_prefix)
        for number, row in enumerate(rows):
            if len(row) > self.max_tokens:
                raise PermanentError(
                    f"text {number} of {len(rows)} has {len(row)} tokens and {self.embedder_id} takes {self.max_tokens}"
                )
        return await self._engine.run([Row(row) for row in rows], urgent=False)

    async def embed_question(self, text: str) -> tuple[Vectors, bool]:
        """Shape (1, dimension), and whether the text had to be cut to the model's limit."""
        (row,) = self._tokenised([text], self._manifest.query_prefix)
        cut = len(row) > self.max_tokens
        if cut:
            row = [*row[: self.max_tokens - 1], row[-1]]  # the closing special token stays
        return await self._engine.run([Row(row)], urgent=True), cut

    def warm_up(self) -> None:
        """The first run allocates; no caller should wait for that."""
        self._engine.run_now([Row(row) for row in self._tokenised([WARM_UP], "")])

    def close(self) -> None:
        """Finish what was asked for, then end the threads; later calls raise `RuntimeError`."""
        self._engine.close()

    def _tokenised(self, texts: Sequence[str], prefix: str) -> list[list[int]]:
        return [encoded.ids for encoded in self._tokenizer.encode_batch([prefix + text for text in texts])]

    def _finished(self, hidden: NDArray[np.floating], mask: Ids) -> Vectors:
        vectors = pooled(hidden, mask, self._manifest.pooling)
        if vectors.shape != (len(mask), self.dimension):
            raise PermanentError(f"{self.embedder_id} gave shape {vectors.shape}, not {(len(mask), self.dimension)}")
        if not (np.linalg.norm(vectors, axis=1) > HALF).all():  # a NaN is not greater either
            raise PermanentError(f"{self.embedder_id} gave vectors that are zero or not numbers")
        return vectors


def open_embedder(settings: Settings, model: ModelFolder) -> OnnxEmbedder:
    """A session on the device that the settings ask for, warmed up.

    Raises `ConfigurationError` when there is none, `PermanentError` when the model gives no usable vectors.
    """
    embedder = OnnxEmbedder(model, open_session(model, settings.embedder), open_tokenizer(model), settings.embedder)
    try:
        embedder.warm_up()
    except BaseException:
        embedder.close()
        raise
    return embedder
