"""A fake embedder and index, and short ways to write plans, for the tests of indexing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import numpy as np

from agents.indexing import make_indexing_batch
from agents.ports import EmbeddingSpace, Vectors
from agents.shapes import Turn
from schemas.chunks import Chunk, ChunksPlanned, Move, Span
from schemas.event import Origin, derive_id
from schemas.failures import PermanentError, TransientError
from schemas.index_failures import MissingChunksError
from schemas.index_log import DocumentIndexed
from schemas.passages import IndexedChunk, MovedChunk

A = TypeVar("A")
B = TypeVar("B")
WRITTEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOW = WRITTEN + timedelta(seconds=1.5)


class FakeEmbedder:
    embedder_id = "fake@1"
    dimension = 2
    refuses = ""

    def __init__(self, calls: list[tuple[str, object]]) -> None:
        self.calls = calls

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(("embed", tuple(texts)))
        if self.refuses and any(self.refuses in text for text in texts):
            raise PermanentError("too long")
        return np.tile(np.array([[1.0, 0.0]], np.float32), (len(texts), 1))


class FakeIndex:
    """Ordinals by tenant and chunk id; dies before the write that is `writes_left` writes away."""

    def __init__(self, calls: list[tuple[str, object]]) -> None:
        self.calls = calls
        self.ordinals: dict[tuple[str, str], int] = {}
        self.writes_left: int | None = None

    def _write(self, name: str, what: object) -> None:
        if self.writes_left is not None:
            if self.writes_left == 0:
                raise TransientError("the process was killed here")
            self.writes_left -= 1
        self.calls.append((name, what))

    async def upsert(self, chunks: Sequence[IndexedChunk], vectors: Vectors) -> None:
        assert len(chunks) == len(vectors)
        self._write("upsert", tuple(item.chunk.text for item in chunks))
        for item in chunks:
            self.ordinals[item.tenant, item.chunk.chunk_id] = item.chunk.ordinal

    async def move(self, moves: Sequence[MovedChunk]) -> None:
        self._write("move", tuple(item.move.chunk_id for item in moves))
        missing = [one.move.chunk_id for one in moves if (one.tenant, one.move.chunk_id) not in self.ordinals]
        for one in moves:
            if one.move.chunk_id not in missing:
                self.ordinals[one.tenant, one.move.chunk_id] = one.move.ordinal
        if missing:
            raise MissingChunksError(missing)

    async def delete(self, tenant: str, chunk_ids: Sequence[str]) -> None:
        self._write("delete", (tenant, tuple(chunk_ids)))
        for chunk_id in chunk_ids:
            self.ordinals.pop((tenant, chunk_id), None)


async def second_first(first: Callable[[], Awaitable[A]], second: Callable[[], Awaitable[B]]) -> tuple[A, B]:
    """`Together`, in the order that nobody may count on and a slow index gives."""
    later = await second()
    return await first(), later


async def at_once() -> None:
    """The turn of a batch with nothing before it."""


class Playbook:
    """The batch with its fakes: give it plans, look at the calls, the index and the events."""

    def __init__(self, candidates: Mapping[str, EmbeddingSpace] | None = None) -> None:
        self.calls: list[tuple[str, object]] = []
        self.embedder = FakeEmbedder(self.calls)
        self.index = FakeIndex(self.calls)
        self.turn: Turn = at_once
        self.batch = make_indexing_batch(self.embedder, self.index, lambda: NOW, second_first, candidates)

    async def plays(self, *plans: ChunksPlanned) -> list[DocumentIndexed]:
        events = [event for (event,) in await self.batch(plans, self.turn)]
        assert all(isinstance(event, DocumentIndexed) for event in events)
        return events

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


def a_chunk(text: str, ordinal: int = 0, *, doc_id: str = "d", tenant: str = "acme") -> Chunk:
    return Chunk(
        chunk_id=derive_id(tenant, doc_id, text), text=text, ordinal=ordinal, span=Span(start=0, end=len(text))
    )


def a_move(text: str, ordinal: int, *, doc_id: str = "d", tenant: str = "acme") -> Move:
    return Move(chunk_id=derive_id(tenant, doc_id, text), ordinal=ordinal, span=Span(start=5, end=9))


def a_plan(revision: int = 1, *, doc_id: str = "d", tenant: str = "acme", **operations: object) -> ChunksPlanned:
    return ChunksPlanned.model_validate(
        {
            "event_id": f"{tenant}-{doc_id}-{revision}",
            "tenant": tenant,
            "doc_id": doc_id,
            "revision": revision,
            "origin": Origin(topic="documents", partition=0, offset=revision, at=WRITTEN),
            **operations,
        }
    )
