"""A plan in, what of the document is gone out."""

from collections.abc import Sequence

from schemas.chunks import ChunksPlanned
from schemas.event import derive_id
from schemas.lineage import AddedChunk, DocumentRevised


async def revise(plan: ChunksPlanned) -> Sequence[DocumentRevised]:
    """Nothing when no chunk went: what was only added or moved makes no answer wrong."""
    if not plan.deletes and not plan.deleted:
        return ()
    return (
        DocumentRevised(
            event_id=derive_id("revised", plan.tenant, plan.doc_id, plan.event_id),
            tenant=plan.tenant,
            at=plan.at,
            doc_id=plan.doc_id,
            revision=plan.revision,
            removed=plan.deletes,
            added=tuple(AddedChunk(chunk_id=each.chunk_id, text=each.text) for each in plan.upserts),
            readers=plan.attributes.readers,
            deleted=plan.deleted,
        ),
    )
