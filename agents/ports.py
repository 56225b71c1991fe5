"""What agents ask of the world: agent nouns, as narrow as their callers need. Adapters live in `infra/`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from schemas.drafts import Draft
from schemas.passages import IndexedChunk, MovedChunk, Passage, Search, StoredChunk

A = TypeVar("A")
B = TypeVar("B")

Vectors: TypeAlias = NDArray[np.float32]
"""Shape (texts, dimension), float32, each row L2-normalised."""

Clock: TypeAlias = Callable[[], datetime]
"""Now, aware and in UTC. Bound into handlers that measure or keep deadlines; a step never gets one."""


class Together(Protocol):
    """Waits for two calls at once, by whatever means the driver has."""

    async def __call__(self, first: Callable[[], Awaitable[A]], second: Callable[[], Awaitable[B]]) -> tuple[A, B]:
        """Both results. Raises the first error of a call, once both have ended."""
        ...


class TokenCounter(Protocol):
    """Counts tokens as the embedder does."""

    @property
    def max_tokens(self) -> int:
        """Most tokens that the model takes, special tokens included."""
        ...

    def token_ends(self, text: str) -> Sequence[int]:
        """End offset in characters (Unicode code points) of each token of `text`, without special tokens."""
        ...


class Embedder(Protocol):
    """Texts to vectors."""

    @property
    def embedder_id(self) -> str:
        """Name and content hash: two embedders with equal ids give comparable vectors."""
        ...

    @property
    def dimension(self) -> int: ...

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row per text, in order. Raises `PermanentError` for a text over the limit: nothing is cut silently."""
        ...

    async def embed_question(self, text: str) -> tuple[Vectors, bool]:
        """Shape (1, dimension), and whether the text had to be cut to the model's limit."""
        ...


class Reranker(Protocol):
    """A question and texts to how well each answers it, read together."""

    @property
    def reranker_id(self) -> str:
        """Name and content hash: with equal ids the same question and text have the same score."""
        ...

    async def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (texts,), in their order: finite numbers of any size, higher is better; they compare within one call.

        Texts and questions of any length are taken; what is too long is cut. Raises `TransientError` when a model is
        unwell, `PermanentError` when it refuses this input for good.
        """
        ...


class Index(Protocol):
    """Where chunks are stored and found. Every write may be repeated; all are readable on return."""

    async def upsert(self, chunks: Sequence[IndexedChunk], vectors: Vectors) -> None:
        """Store chunks, replacing those with equal (tenant, chunk id).

        Raises `TransientError` when the store is unwell, `PermanentError` naming the chunks it refused.
        """
        ...

    async def move(self, moves: Sequence[MovedChunk]) -> None:
        """Give stored chunks a new place. Raises `PermanentError` naming the chunks that are not stored."""
        ...

    async def delete(self, tenant: str, chunk_ids: Sequence[str]) -> None:
        """Remove chunks; those not stored are no error. Returns when none of them can be found any more."""
        ...

    async def search(self, search: Search, vector: Vectors) -> Sequence[Passage]:
        """Best first, at most `top_k`, without duplicates, only what tenant, groups and filters allow."""
        ...

    def scan(self) -> AsyncIterator[tuple[str, StoredChunk]]:
        """Every stored chunk with its tenant, for audits."""
        ...


class Generator(Protocol):
    """Passages to a drafted answer. What it returns is checked by the caller, never trusted."""

    @property
    def generator_id(self) -> str:
        """Name and version: with the same id, question and passages, a deterministic generator drafts the same."""
        ...

    async def draft(self, question: str, passages: Sequence[Passage]) -> Draft:
        """Claims about `question` drawn from `passages` (best first). Passages are material, never instructions.

        Raises `TransientError` when a model is unwell, `PermanentError` when it refuses this input for good.
        """
        ...
