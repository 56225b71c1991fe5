"""ChunksPlanned in, chunks in the index and DocumentIndexed out, a micro-batch at a time.

New chunks are in before old ones go: a reader, or a crash in between, sees too much for a moment, never too little.
Everything may be repeated: ids come from the plans, and of a chunk's operations in a batch only the last is done, so
a text that was changed and changed back within one batch is there at its end.

Candidates are further embedders with indexes of their own. They follow what the main index has done already, and what
one of them cannot take is a warning on the document's event: no document fails by it. Only what takes something away is
waited for, since people are answered from their indexes too.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from agents.indexing.directions import Directions
from agents.indexing.following import follow
from agents.indexing.operations import folded
from agents.indexing.writing import carry_out
from agents.ports import Clock, Embedder, EmbeddingSpace, Index, Together
from agents.shapes import Batch, Turn
from schemas.chunks import ChunksPlanned
from schemas.event import Event, derive_id
from schemas.failures import TransientError
from schemas.index_failures import named
from schemas.index_log import DocumentIndexed, IndexCounts


def make_indexing_batch(
    embedder: Embedder,
    index: Index,
    clock: Clock,
    together: Together,
    candidates: Mapping[str, EmbeddingSpace] | None = None,
) -> Batch[ChunksPlanned]:
    """The batch, with its ports bound in. `together` lets one slice be stored while the next is embedded.

    Two slices at most are embedded before the batch's turn, so that the embedder has work while the batch before is
    stored.

    It raises what they raise: `TransientError` to be repeated whole, `PermanentError` for a chunk that cannot be
    embedded or stored. Chunks that were to be moved and are not stored are a warning on their event: after a crash a
    move may be redelivered that a later plan, already applied, has made pointless.
    """
    main = EmbeddingSpace(embedder, index)

    async def indexing(plans: Sequence[ChunksPlanned], turn: Turn) -> Sequence[Sequence[Event]]:
        for plan in plans:
            _check_embedder(plan, embedder.embedder_id)
        directions = Directions()
        missing = await carry_out(folded(plans, embedder.embedder_id), main, turn, together, directions)
        at = clock()
        events = [_indexed(plan, missing, embedder.embedder_id, at, directions) for plan in plans]
        for name, space in (candidates or {}).items():
            failed = await follow(plans, space, turn, together)
            events = [_warned(each, name, failed.get(plan.event_id)) for plan, each in zip(plans, events, strict=True)]
        return [(event,) for event in events]

    return indexing


def _check_embedder(plan: ChunksPlanned, embedder_id: str) -> None:
    """A plan for another embedder waits for a worker that has it: to the collection of this one it is no difference."""
    if plan.embedder_id not in {"", embedder_id}:
        raise TransientError(
            f"a plan was made for embedder {plan.embedder_id} and this worker has {embedder_id}: "
            "run the roles plan and index with the same model and precision"
        )


def _warned(event: DocumentIndexed, name: str, reason: str | None) -> DocumentIndexed:
    if reason is None:
        return event
    warning = f"the index of {name} lacks this revision ({reason}): run `ragstream embedders backfill {name}`"
    return event.model_copy(update={"warnings": (*event.warnings, warning)})


def _indexed(
    plan: ChunksPlanned, missing: frozenset[str], embedder_id: str, at: datetime, directions: Directions
) -> DocumentIndexed:
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
        sketch=directions.of(plan.tenant, plan.doc_id) if plan.upserts else None,
        deleted=plan.deleted,
        warnings=(*plan.warnings, *warnings),
        origin=plan.origin,
    )
