"""Texts in, normalised vectors out, on ONNX Runtime (port `Embedder`).

The event loop is never blocked: the session runs on a thread of its own, one batch at a time. A question goes ahead of
every batch that has not begun, so it waits for one run at most, however many documents there are.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from tokenizers import Tokenizer

from infra.models.model_folder import ModelFolder
from infra.onnx_batches import Vectors, batches, padded, pooled
from infra.onnx_runs import RunQueue
from infra.onnx_session import open_session
from infra.settings import EmbedderSettings, Settings
from infra.token_counter import open_tokenizer
from schemas.failures import ConfigurationError, PermanentError

KNOWN_INPUTS: Final = {"input_ids", "attention_mask", "token_type_ids"}
BATCHES_AT_ONCE: Final = 2
"""Of one caller: one that runs and one that waits, so that the session never idles and the queue stays short."""
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
        self._session = session
        self._inputs = {each.name for each in session.get_inputs()}
        if unknown := self._inputs - KNOWN_INPUTS:
            raise ConfigurationError(f"{model.graph} has inputs that are not known: {', '.join(sorted(unknown))}")
        self._tokenizer = tokenizer
        self._manifest = model.manifest
        self._pad_id: int = tokenizer.token_to_id(model.manifest.padding) or 0
        self._budget = settings.max_batch_tokens
        self._runs = RunQueue("onnx-embedder")

    @property
    def providers(self) -> Sequence[str]:
        """Execution providers in force, asked of the session."""
        providers: Sequence[str] = self._session.get_providers()
        return providers

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row per text, in order.

        Raises `PermanentError` for a text over the model's limit, before anything is embedded, and for vectors that
        are no use. Cancelling the caller drops its batches that have not begun.
        """
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        rows = await asyncio.to_thread(self._tokenised, texts, self._manifest.passage_prefix)
        for number, row in enumerate(rows):
            if len(row) > self.max_tokens:
                raise PermanentError(
                    f"text {number} of {len(rows)} has {len(row)} tokens and {self.embedder_id} takes {self.max_tokens}"
                )
        slots = asyncio.Semaphore(BATCHES_AT_ONCE)

        async def fill(batch: list[int]) -> None:
            async with slots:
                vectors[batch] = await self._run([rows[index] for index in batch], urgent=False)

        try:
            async with asyncio.TaskGroup() as group:
                for batch in batches([len(row) for row in rows], self._budget):
                    group.create_task(fill(batch))
        except ExceptionGroup as failed:
            # Callers decide by the kind of error. The first one cancelled the others, so it says it all.
            raise failed.exceptions[0] from None
        return vectors

    async def embed_question(self, text: str) -> tuple[Vectors, bool]:
        """Shape (1, dimension), and whether the text had to be cut to the model's limit."""
        (row,) = self._tokenised([text], self._manifest.query_prefix)
        cut = len(row) > self.max_tokens
        if cut:
            row = [*row[: self.max_tokens - 1], row[-1]]  # the closing special token stays
        return await self._run([row], urgent=True), cut

    def close(self) -> None:
        """Finish what was asked for, then end the thread; later calls raise `RuntimeError`."""
        self._runs.close()

    def _tokenised(self, texts: Sequence[str], prefix: str) -> list[list[int]]:
        return [encoded.ids for encoded in self._tokenizer.encode_batch([prefix + text for text in texts])]

    async def _run(self, rows: Sequence[Sequence[int]], *, urgent: bool) -> Vectors:
        return await asyncio.wrap_future(self._runs.submit(lambda: self._vectors(rows), urgent=urgent))

    def _vectors(self, rows: Sequence[Sequence[int]]) -> Vectors:
        ids, mask = padded(rows, self._pad_id)
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, {name: feeds[name] for name in self._inputs})[0]
        vectors = pooled(hidden, mask, self._manifest.pooling)
        if vectors.shape != (len(rows), self.dimension):
            raise PermanentError(f"{self.embedder_id} gave shape {vectors.shape}, not {(len(rows), self.dimension)}")
        if not (np.linalg.norm(vectors, axis=1) > HALF).all():  # a NaN is not greater either
            raise PermanentError(f"{self.embedder_id} gave vectors that are zero or not numbers")
        return vectors


def open_embedder(settings: Settings, model: ModelFolder) -> OnnxEmbedder:
    """A session on the device that the settings ask for, warmed up. Raises `ConfigurationError` when there is none."""
    embedder = OnnxEmbedder(model, open_session(model, settings.embedder), open_tokenizer(model), settings.embedder)
    embedder._vectors(embedder._tokenised([WARM_UP], ""))  # noqa: SLF001 - the first run allocates; no caller should wait
    return embedder
