"""What planning remembers of a document: enough to know what a new version changes, and nothing of its text."""

import hashlib
import json
from collections.abc import Sequence

from pydantic import Field

from agents.planning.chunk import CHUNKER
from schemas.chunks import Chunk, DocumentAttributes, Span
from schemas.documents import DocumentUpserted
from schemas.event import Value

DIGITS = 16
"""Hexadecimal digits of a fingerprint: 64 bits, compared within one document only."""


class PlannedChunk(Value):
    """A chunk as the index should hold it."""

    chunk_id: str
    ordinal: int
    span: Span
    heading: str
    """Fingerprint of the section path."""


class Manifest(Value):
    """The state of a document; kept after a delete, so that a late older version is still known to be stale."""

    revision: int = Field(default=0, ge=0)
    """Counts the plans that were made for the document."""
    source_version: int | None = None
    """Highest version that a producer gave."""
    given: str = ""
    """Fingerprint of all that a producer said of the document; while it stays, there is nothing to parse."""
    attributes: str = ""
    """Fingerprint of what each chunk repeats of its document."""
    recipe: str = ""
    """Embedder and way of cutting; when it changes, all chunks are made anew."""
    chunks: tuple[PlannedChunk, ...] = ()
    readers: tuple[str, ...] = ()
    """Who may see it, so that a delete can say whose it was."""
    refused: str = ""
    """Why guardrails let nothing of it be indexed; empty when they did."""


def planned(chunk: Chunk) -> PlannedChunk:
    return PlannedChunk(
        chunk_id=chunk.chunk_id, ordinal=chunk.ordinal, span=chunk.span, heading=fingerprint(*chunk.heading)
    )


def recipe_of(embedder_id: str, min_tokens: int, max_tokens: int) -> str:
    """What makes chunks and vectors of a text."""
    return f"{embedder_id} {CHUNKER} {min_tokens}-{max_tokens}"


def given_by(document: DocumentUpserted, policies: Sequence[str] = ()) -> str:
    """Equal for documents that differ in identity and time only and that are under the same guardrail `policies`."""
    content = hashlib.sha256(document.content or b"").hexdigest()
    rest = document.model_dump(mode="json", exclude={"event_id", "at", "source_version", "content", "text"})
    return fingerprint(content, document.text or "", json.dumps(rest, sort_keys=True), *policies)


def attributes_of(attributes: DocumentAttributes) -> str:
    """Equal for equal attributes, whatever the order of metadata and readers."""
    fields = attributes.model_dump(mode="json") | {"readers": sorted(attributes.readers)}
    return fingerprint(json.dumps(fields, sort_keys=True))


def fingerprint(*parts: str) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:DIGITS]
