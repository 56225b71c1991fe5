"""Chunks, vectors and searches that the contract of the port `Index` is told with."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from agents.ports import Index, Vectors
from schemas.chunks import Chunk, DocumentAttributes, Move, Span
from schemas.event import Origin, derive_id
from schemas.passages import IndexedChunk, MovedChunk, Passage, Search, StoredChunk

DIMENSION = 16
EMBEDDER = "test-embedder@1"
AT = datetime(2026, 3, 1, 12, 0, 0, 123_000, tzinfo=UTC)
ANYTHING = "tell me anything"


def origin(offset: int = 0) -> Origin:
    return Origin(topic="documents", partition=1, offset=offset, at=AT)


def vector(seed: int) -> Vectors:
    """One row, unit length."""
    drawn = np.random.default_rng(seed).normal(size=(1, DIMENSION)).astype(np.float32)
    return drawn / np.linalg.norm(drawn)


def vectors(*seeds: int) -> Vectors:
    return np.concatenate([vector(seed) for seed in seeds]) if seeds else np.empty((0, DIMENSION), np.float32)


def chunk_id(doc_id: str, text: str, tenant: str = "acme") -> str:
    return derive_id(tenant, doc_id, text)


def chunk(
    doc_id: str,
    text: str,
    *,
    tenant: str = "acme",
    ordinal: int = 0,
    revision: int = 1,
    attributes: DocumentAttributes | None = None,
    heading: tuple[str, ...] = (),
) -> IndexedChunk:
    return IndexedChunk(
        tenant=tenant,
        doc_id=doc_id,
        revision=revision,
        chunk=Chunk(
            chunk_id=chunk_id(doc_id, text, tenant),
            text=text,
            ordinal=ordinal,
            span=Span(start=10, end=10 + len(text)),
            heading=heading,
        ),
        attributes=attributes or DocumentAttributes(),
        origin=origin(ordinal),
        embedder_id=EMBEDDER,
    )


def moved(item: IndexedChunk, *, ordinal: int, attributes: DocumentAttributes | None = None) -> MovedChunk:
    return MovedChunk(
        tenant=item.tenant,
        doc_id=item.doc_id,
        revision=item.revision + 1,
        move=Move(chunk_id=item.chunk.chunk_id, ordinal=ordinal, span=Span(start=500, end=600), heading=("New",)),
        attributes=attributes or item.attributes,
        origin=origin(99),
    )


def ask(text: str = ANYTHING, **given: object) -> Search:
    return Search.model_validate({"tenant": "acme", "text": text, "top_k": 50, **given})


async def found(index: Index, search: Search | None = None, seed: int = 1) -> Sequence[Passage]:
    return await index.search(search or ask(), vector(seed))


async def texts(index: Index, search: Search | None = None) -> set[str]:
    return {passage.text for passage in await found(index, search)}


async def stored(index: Index) -> dict[tuple[str, str], StoredChunk]:
    """By tenant and chunk id; a chunk that is reported twice fails here."""
    seen: dict[tuple[str, str], StoredChunk] = {}
    async for tenant, one in index.scan():
        assert (tenant, one.chunk_id) not in seen
        seen[tenant, one.chunk_id] = one
    return seen
