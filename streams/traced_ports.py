"""An embedder or an index in, the same that tells of its work out: for batches, which do it for many records."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from agents.answering.telling import embeddings
from agents.ports import Embedder, EmbeddingSpace, Index, Vectors
from agents.tracer import Tracer
from schemas import signals
from schemas.passages import IndexedChunk, MovedChunk, Passage, Search, StoredChunk


@dataclass(frozen=True)
class TracedEmbedder:
    """An `Embedder`."""

    inner: Embedder
    tracer: Tracer

    @property
    def embedder_id(self) -> str:
        return self.inner.embedder_id

    @property
    def dimension(self) -> int:
        return self.inner.dimension

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """As the inner one, in a span of GenAI's conventions."""
        with self.tracer.span(*embeddings(self.inner, len(texts))):
            return await self.inner.embed_passages(texts)

    async def embed_question(self, text: str) -> tuple[Vectors, bool]:
        """As the inner one: answers tell of their own stages."""
        return await self.inner.embed_question(text)


@dataclass(frozen=True)
class TracedIndex:
    """An `Index`, of which writes are told."""

    inner: Index
    tracer: Tracer

    async def upsert(self, chunks: Sequence[IndexedChunk], vectors: Vectors) -> None:
        with self.tracer.span(signals.STORE, {signals.CHUNKS: len(chunks)}, remote=True):
            await self.inner.upsert(chunks, vectors)

    async def move(self, moves: Sequence[MovedChunk]) -> None:
        with self.tracer.span(signals.MOVE, {signals.CHUNKS: len(moves)}, remote=True):
            await self.inner.move(moves)

    async def delete(self, tenant: str, chunk_ids: Sequence[str]) -> None:
        with self.tracer.span(signals.DELETE, {signals.CHUNKS: len(chunk_ids)}, remote=True):
            await self.inner.delete(tenant, chunk_ids)

    async def search(self, search: Search, vector: Vectors) -> Sequence[Passage]:
        return await self.inner.search(search, vector)

    def scan(self) -> AsyncIterator[tuple[str, StoredChunk]]:
        return self.inner.scan()


def traced(space: EmbeddingSpace, tracer: Tracer) -> EmbeddingSpace:
    """The same embedder and index, with `tracer` told of what they do."""
    return EmbeddingSpace(TracedEmbedder(space.embedder, tracer), TracedIndex(space.index, tracer))
