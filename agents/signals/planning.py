"""A plan in, what kind of document it is about out."""

from collections.abc import Sequence

from agents.signals.observing import observed
from schemas.chunks import ChunksPlanned
from schemas.event import Event
from schemas.operations import Evidence


async def observe_plan(plan: ChunksPlanned) -> Sequence[Event]:
    """Source `documents`; nothing of one that was withdrawn.

    `characters` is told where the plan names every chunk: of those that stay as they are it tells only the number.
    """
    if plan.deleted:
        return ()
    spans = [each.span for each in plan.upserts] + [each.span for each in plan.moves]
    values = {
        "characters": max((span.end for span in spans), default=0) if not plan.unchanged else None,
        "chunks": len(spans) + plan.unchanged,
        "warnings": len(plan.warnings),
    }
    labels = {"language": plan.attributes.language, "embedder": plan.embedder_id}
    return (observed(plan, "documents", values, labels=labels, evidence=Evidence(doc_id=plan.doc_id)),)
