"""Operations in, an index with them done out: new chunks are in before old ones go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from agents.indexing.directions import Directions
from agents.indexing.operations import Key, Operations
from agents.ports import Embedder, EmbeddingSpace, Index, Together, Vectors
from agents.shapes import Turn
from schemas.embedding_text import embedding_text
from schemas.index_failures import MissingChunksError
from schemas.passages import IndexedChunk, MovedChunk

SLICE = 64
"""Most chunks that are embedded at once, while those before them are stored: so memory does not grow with a batch, and
the embedder has the next slice when it has done one."""


async def carry_out(
    operations: Operations,
    space: EmbeddingSpace,
    turn: Turn,
    together: Together,
    directions: Directions | None = None,
) -> frozenset[str]:
    """Do all of it; gives the ids of chunks that were to be moved and are not stored.

    Two slices at most are embedded before the turn comes, and nothing is written before it. `directions` learns of
    all vectors that are stored. Raises what the ports raise.
    """
    index = space.index
    in_turn = _InTurn(index, turn, directions or Directions())
    await _store(list(operations.upserts.values()), space.embedder, in_turn, together)
    await turn()
    missing = await _move(list(operations.moves.values()), index)
    await _delete(operations.deletes, index)
    return missing


@dataclass(frozen=True)
class _InTurn:
    """An index that is written to only when the batch's turn has come."""

    index: Index
    turn: Turn
    directions: Directions

    async def upsert(self, items: Sequence[IndexedChunk], vectors: Vectors) -> None:
        await self.turn()
        await self.index.upsert(items, vectors)
        self.directions.add(items, vectors)


async def _store(items: Sequence[IndexedChunk], embedder: Embedder, index: _InTurn, together: Together) -> None:
    """Each slice is stored while the next one is embedded; returns when all are stored."""
    if not items:
        return
    slices = [items[start : start + SLICE] for start in range(0, len(items), SLICE)]
    vectors = await embedder.embed_passages(_texts(slices[0]))
    for part, following in pairwise(slices):
        upsert = partial(index.upsert, part, vectors)
        _, vectors = await together(upsert, partial(embedder.embed_passages, _texts(following)))
    await index.upsert(slices[-1], vectors)


def _texts(items: Sequence[IndexedChunk]) -> list[str]:
    return [embedding_text(item.attributes.title, item.chunk.heading, item.chunk.text) for item in items]


async def _move(items: Sequence[MovedChunk], index: Index) -> frozenset[str]:
    """Ids of chunks that were to be moved and are not stored."""
    if not items:
        return frozenset()
    try:
        await index.move(items)
    except MissingChunksError as error:
        return frozenset(error.chunk_ids)
    return frozenset()


async def _delete(keys: Iterable[Key], index: Index) -> None:
    by_tenant: dict[str, list[str]] = {}
    for tenant, chunk_id in keys:
        by_tenant.setdefault(tenant, []).append(chunk_id)
    for tenant, chunk_ids in by_tenant.items():
        await index.delete(tenant, chunk_ids)
