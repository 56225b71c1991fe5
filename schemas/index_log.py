"""The index's own log: what became of every document event."""

from typing import Literal

from pydantic import Field

from schemas.base64_bytes import Base64Bytes
from schemas.event import Event, Identifier, Origin, Value


class IndexCounts(Value):
    """Chunks of one document event, by what was done with them."""

    embedded: int = Field(default=0, ge=0)
    moved: int = Field(default=0, ge=0)
    deleted: int = Field(default=0, ge=0)
    unchanged: int = Field(default=0, ge=0)


class DocumentIndexed(Event):
    """A document's revision is readable in the index (or, if it was withdrawn, no longer is)."""

    type: Literal["DocumentIndexed"] = "DocumentIndexed"
    doc_id: Identifier
    revision: int = Field(ge=1)
    counts: IndexCounts = IndexCounts()
    freshness_ms: float = 0.0
    """From the document's event time to the moment it was readable, in milliseconds."""
    embedder_id: str
    sketch: Base64Bytes | None = None
    """Mean direction of the chunks that were embedded, one signed byte a dimension (agents/sketches.py); None where
    there were none."""
    deleted: bool = False
    warnings: tuple[str, ...] = ()
    origin: Origin


class DocumentSkipped(Event):
    """A document event changed nothing: too old, blank, refused by guardrails, or a delete of something unknown."""

    type: Literal["DocumentSkipped"] = "DocumentSkipped"
    doc_id: Identifier
    reason: Literal["stale", "empty", "absent", "refused"]
    detail: str = ""
    origin: Origin
