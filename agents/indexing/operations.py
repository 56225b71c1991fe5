"""Plans in, what is left to do to an index out: of a chunk's operations only the last one counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from schemas.chunks import ChunksPlanned
from schemas.passages import IndexedChunk, MovedChunk

Key: TypeAlias = tuple[str, str]
"""Tenant and chunk id."""


@dataclass(frozen=True)
class Operations:
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


def folded(plans: Sequence[ChunksPlanned], embedder_id: str) -> Operations:
    """The operations of a batch of plans, in the collection of that embedder."""
    operations = Operations()
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
