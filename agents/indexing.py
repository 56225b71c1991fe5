"""ChunksPlanned in, chunks in the index and DocumentIndexed out, a micro-batch at a time.

New chunks are in before old ones go: a reader, or a crash in between, sees too much for a moment, never too little.
Everything may be repeated: ids come from the plans, and of a chunk's operations in a batch only the last is done, so
a text that was changed and changed back within one batch is there at its end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import TypeAlias

from agents.ports import Clock, Embedder, Index, Together, Vectors
from agents.shapes import Batch, Turn
from schemas.chunks import ChunksPlanned
from schemas.embedding_text import embedding_text
from schemas.event import Event, derive_id
from schemas.failures import TransientError
from schemas.index_failures import MissingChunksError, named
from schemas.index_log import DocumentIndexed, IndexCounts
from schemas.passages import IndexedChunk, MovedChunk

SLICE = 64
"""Most chunks that are embedded at once, while those before them are stored: so memory does not grow with a batch, and
the embedder has the next slice when it has done one."""

Key: TypeAlias = tuple[str, str]
"""Tenant and chunk id."""


def make_indexing_batch(embedder: Embedder, index: Index, clock: Clock, together: Together) -> Batch[ChunksPlanned]:
    """The batch, with its ports bound in. `together` lets one slice be stored while the next is embedded.

    Two slices at most are embedded before the batch's turn, so that the embedder has work while the batch before is
    stored.

    It raises what they raise: `TransientError` to be repeated whole, `PermanentError` for a chunk that cannot be
    embedded or stored. Chunks that were to be moved and are not stored are a warning on their event: after a crash a
    move may be redelivered that a later plan, already applied, has made pointless.
    """

    async def indexing(plans: Sequence[ChunksPlanned], turn: Turn) -> Sequence[Sequence[Event]]:
        for plan in plans:
            _check_embedder(plan, embedder.embedder_id)
        operations = _folded(plans, embedder.embedder_id)
        await _store(list(operations.upserts.values()), embedder, _InTurn(index, turn), together)
        await turn()
        missing = await _move(list(operations.moves.values()), index)
        await _delete(operations.deletes, index)
        at = clock()
        return [(_indexed(plan, missing, embedder.embedder_id, at),) for plan in plans]

    return indexing


def _check_embedder(plan: ChunksPlanned, embedder_id: str) -> None:
    """A plan for another embedder waits for a worker that has it: to the collection of this one it is no difference."""
    if plan.embedder_id not in {"", embedder_id}:
        raise TransientError(
            f"a plan was made for embedder {plan.embedder_id} and this worker has {embedder_id}: "
            "run the roles plan and index with the same model and precision"
        )


@dataclass(frozen=True)
class _Operations:
    """What is left to do after folding; a key is in at most one of the three."""

    upserts: dict[Key, IndexedChunk] = field(default_factory=dict)
    moves: dict[Key, MovedChunk] = field(default_factory=dict)
    deletes: dict[Key, None] = field(default_factory=dict)

    def upsert(self, key: Key, item: IndexedChunk) -> None:
        self.moves.pop(key, None)
        self.deletes.pop(key, None)
        self.upserts[key] = item

    def move(self, key: Key, item: MovedChunk) -> None:
        """A chunk that this batch stores is stored at its new place; one that it deletes has no place any more."""
        if key in self.upserts:
            self.upserts[key] = _at_new_place(self.upserts[key], item)
        elif key not in self.deletes:
            self.moves[key] = item

    def delete(self, key: Key) -> None:
        self.upserts.pop(key, None)
        self.moves.pop(key, None)
        self.deletes[key] = None


def _folded(plans: Sequence[ChunksPlanned], embedder_id: str) -> _Operations:
    operations = _Operations()
    for plan in plans:
        shared = {
            "tenant": plan.tenant,
            "doc_id": plan.doc_id,
            "revision": plan.revision,
            "attributes": plan.attributes,
            "origin": plan.origin,
        }
        for chunk_id in plan.deletes:
            operations.delete((plan.tenant, chunk_id))
        for chunk in plan.upserts:
            item = IndexedChunk.model_validate({**shared, "chunk": chunk, "embedder_id": embedder_id})
            operations.upsert((plan.tenant, chunk.chunk_id), item)
        for move in plan.moves:
            operations.move((plan.tenant, move.chunk_id), MovedChunk.model_validate({**shared, "move": move}))
    return operations


@dataclass(frozen=True)
class _InTurn:
    """An index that is written to only when the batch's turn has come."""

    index: Index
    turn: Turn

    async def upsert(self, items: Sequence[IndexedChunk], vectors: Vectors) -> None:
        await self.turn()
        await self.index.upsert(items, vectors)


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


def _at_new_place(item: IndexedChunk, moved: MovedChunk) -> IndexedChunk:
    place = {"ordinal": moved.move.ordinal, "span": moved.move.span, "heading": moved.move.heading}
    return item.model_copy(
        update={
            "revision": moved.revision,
            "attributes": moved.attributes,
            "origin": moved.origin,
            "chunk": item.chunk.model_copy(update=place),
        }
    )


def _indexed(plan: ChunksPlanned, missing: frozenset[str], embedder_id: str, at: datetime) -> DocumentIndexed:
    lost = [move.chunk_id for move in plan.moves if move.chunk_id in missing]
    warnings = (f"chunks to move that are not in the index: {named(lost)}",) if lost else ()
    return DocumentIndexed(
        event_id=derive_id("DocumentIndexed", plan.event_id),
        tenant=plan.tenant,
        at=at,
        doc_id=plan.doc_id,
        revision=plan.revision,
        counts=IndexCounts(
            embedded=len(plan.upserts),
            moved=len(plan.moves) - len(lost),
            deleted=len(plan.deletes),
            unchanged=plan.unchanged,
        ),
        freshness_ms=max((at - plan.origin.at) / timedelta(milliseconds=1), 0.0),
        embedder_id=embedder_id,
        deleted=plan.deleted,
        warnings=(*plan.warnings, *warnings),
        origin=plan.origin,
    )
