"""What became of a document in; how fresh the index is, what it had to do, and where the new text lies, out."""

from collections.abc import Sequence

from agents.signals.observing import observed
from schemas.event import Event
from schemas.index_log import DocumentIndexed, DocumentSkipped
from schemas.operations import Evidence


async def observe_indexing(told: DocumentIndexed | DocumentSkipped) -> Sequence[Event]:
    """Source `index`."""
    evidence = Evidence(doc_id=told.doc_id)
    if isinstance(told, DocumentSkipped):
        return (observed(told, "index", {"skipped": 1.0}, labels={"reason": told.reason}, evidence=evidence),)
    counts = told.counts
    values = {
        "freshness_ms": told.freshness_ms,
        "embedded": counts.embedded,
        "moved": counts.moved,
        "deleted": counts.deleted,
        "unchanged": counts.unchanged,
        "warnings": len(told.warnings),
        "skipped": 0.0,
    }
    labels = {"embedder": told.embedder_id}
    return (observed(told, "index", values, labels=labels, evidence=evidence, vector=told.sketch),)
