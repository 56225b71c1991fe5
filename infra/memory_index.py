"""Chunks and vectors in a dictionary, found as Weaviate finds them: the in-memory index (port `Index`)."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from infra.bm25 import Bm25
from infra.fusion import fused
from infra.index_fields import groups_and_everyone, metadata_json, metadata_pairs, pair, readers
from infra.index_guards import Vectors, check_question, check_question_vector, check_tenant, check_vectors
from infra.lexical_terms import index_terms, searched_terms
from schemas.index_failures import MissingChunksError
from schemas.passages import IndexedChunk, MovedChunk, Original, Passage, Search, StoredChunk


@dataclass(frozen=True)
class _Entry:
    item: IndexedChunk
    vector: Vectors
    readers: frozenset[str]
    pairs: frozenset[str]
    indexed_at: datetime


class _Tenant:
    def __init__(self) -> None:
        self.entries: dict[str, _Entry] = {}
        self.lexical = Bm25()

    def put(self, entry: _Entry) -> None:
        chunk = entry.item.chunk
        self.entries[chunk.chunk_id] = entry
        self.lexical.put(chunk.chunk_id, _terms(entry.item))

    def remove(self, chunk_id: str) -> None:
        if self.entries.pop(chunk_id, None) is not None:
            self.lexical.remove(chunk_id)


def _terms(item: IndexedChunk) -> list[str]:
    attributes = item.attributes
    return searched_terms(attributes.title, item.chunk.heading, item.chunk.text, attributes.language)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class MemoryIndex:
    """The port `Index` for one process: every search compares with every chunk, good for some ten thousands."""

    def __init__(self, dimension: int, now: Callable[[], datetime] = _utc_now) -> None:
        """`dimension` is the length of a vector; `now` stamps `indexed_at`."""
        self._dimension = dimension
        self._now = now
        self._tenants: dict[str, _Tenant] = {}

    async def upsert(self, chunks: Sequence[IndexedChunk], vectors: Vectors) -> None:
        """As in the port; `vectors` has one row per chunk. Of chunks with equal ids the last one counts."""
        check_vectors(vectors, self._dimension, [item.chunk.chunk_id for item in chunks])
        for item in chunks:
            check_tenant(item.tenant)
        for item, vector in zip(chunks, vectors, strict=True):
            self._put(item, vector.copy())

    async def move(self, moves: Sequence[MovedChunk]) -> None:
        """As in the port. Raises `MissingChunksError` after moving those that are stored."""
        missing: list[str] = []
        for moved in moves:
            check_tenant(moved.tenant)
            entry = self._entries(moved.tenant).get(moved.move.chunk_id)
            if entry is None:
                missing.append(moved.move.chunk_id)
            else:
                self._put(_moved(entry.item, moved), entry.vector)
        if missing:
            raise MissingChunksError(missing)

    async def delete(self, tenant: str, chunk_ids: Sequence[str]) -> None:
        """As in the port."""
        check_tenant(tenant)
        if tenant in self._tenants:
            for chunk_id in chunk_ids:
                self._tenants[tenant].remove(chunk_id)

    async def search(self, search: Search, vector: Vectors) -> Sequence[Passage]:
        """As in the port. A tenant that has no chunks yet finds nothing. `PermanentError` for an empty question."""
        check_tenant(search.tenant)
        check_question(search.text)
        question = check_question_vector(vector, self._dimension)
        allowed = self._allowed(search)
        if not allowed:
            return ()
        similarity = _similarities(allowed, question)
        lexical = self._tenants[search.tenant].lexical.scores(index_terms(search.text, search.language), allowed.keys())
        scores = fused(search, similarity, lexical)
        best = sorted(scores, key=lambda chunk_id: (-scores[chunk_id], -similarity[chunk_id], chunk_id))
        return tuple(
            _passage(allowed[chunk_id].item, scores[chunk_id], similarity[chunk_id])
            for chunk_id in best[: search.top_k]
        )

    async def scan(self) -> AsyncIterator[tuple[str, StoredChunk]]:
        """Every stored chunk with its tenant."""
        for tenant in sorted(self._tenants):
            for chunk_id, entry in sorted(self._entries(tenant).items()):
                yield tenant, _stored(chunk_id, entry)

    async def originals(self, tenant: str, chunk_ids: Sequence[str]) -> Sequence[Original]:
        """Those of the chunks that are stored, whole but for their vectors."""
        check_tenant(tenant)
        entries = self._entries(tenant)
        return [_original(entries[each]) for each in dict.fromkeys(chunk_ids) if each in entries]

    async def copy(self, tenant: str, originals: Sequence[Original], vectors: Vectors, embedder_id: str) -> None:
        """Store what another index holds, with vectors of this one's embedder, one row a chunk. Raises as `upsert`."""
        check_tenant(tenant)
        check_vectors(vectors, self._dimension, [each.chunk_id for each in originals])
        for each, vector in zip(originals, vectors, strict=True):
            self._put(each.properties["item"].model_copy(update={"embedder_id": embedder_id}), vector.copy())

    def _put(self, item: IndexedChunk, vector: Vectors) -> None:
        self._tenants.setdefault(item.tenant, _Tenant()).put(
            _Entry(
                item=item,
                vector=vector,
                readers=frozenset(readers(item.attributes)),
                pairs=frozenset(metadata_pairs(item.attributes.metadata)),
                indexed_at=self._now(),
            )
        )

    def _entries(self, tenant: str) -> Mapping[str, _Entry]:
        return self._tenants[tenant].entries if tenant in self._tenants else {}

    def _allowed(self, search: Search) -> dict[str, _Entry]:
        groups = set(groups_and_everyone(search.groups))
        wanted = {pair(key, value) for key, value in search.filters.items()}
        return {
            chunk_id: entry
            for chunk_id, entry in self._entries(search.tenant).items()
            if entry.readers & groups and wanted <= entry.pairs
        }


def _similarities(entries: Mapping[str, _Entry], question: Vectors) -> dict[str, float]:
    stored = np.stack([entry.vector for entry in entries.values()])
    lengths = np.linalg.norm(stored, axis=1) * np.linalg.norm(question)
    cosines = np.clip(stored @ question / lengths, -1.0, 1.0)
    return dict(zip(entries, map(float, cosines), strict=True))


def _moved(item: IndexedChunk, moved: MovedChunk) -> IndexedChunk:
    place = {"ordinal": moved.move.ordinal, "span": moved.move.span, "heading": moved.move.heading}
    changed = {"doc_id": moved.doc_id, "revision": moved.revision, "attributes": moved.attributes}
    return item.model_copy(
        update={**changed, "origin": moved.origin, "chunk": item.chunk.model_copy(update=place)},
    )


def _passage(item: IndexedChunk, score: float, similarity: float) -> Passage:
    return Passage(
        chunk_id=item.chunk.chunk_id,
        doc_id=item.doc_id,
        revision=item.revision,
        text=item.chunk.text,
        ordinal=item.chunk.ordinal,
        span=item.chunk.span,
        heading=item.chunk.heading,
        title=item.attributes.title,
        uri=item.attributes.uri,
        metadata_json=metadata_json(item.attributes.metadata),
        origin=item.origin,
        score=score,
        similarity=similarity,
    )


def _original(entry: _Entry) -> Original:
    item = entry.item
    properties = {"item": item, "indexed_at": entry.indexed_at}
    return Original(
        chunk_id=item.chunk.chunk_id,
        title=item.attributes.title,
        heading=item.chunk.heading,
        text=item.chunk.text,
        properties=properties,
    )


def _stored(chunk_id: str, entry: _Entry) -> StoredChunk:
    item = entry.item
    return StoredChunk(
        chunk_id=chunk_id,
        doc_id=item.doc_id,
        revision=item.revision,
        ordinal=item.chunk.ordinal,
        span=item.chunk.span,
        embedder_id=item.embedder_id,
        indexed_at=entry.indexed_at,
    )
