"""What goes into the index and comes out of it; passed through ports, never sent on a topic."""

from typing import Any, Literal

from pydantic import Field

from schemas.chunks import UNDETERMINED, Chunk, DocumentAttributes, Move, Span
from schemas.event import Origin, UtcDatetime, Value
from schemas.questions import Scalar

EVERYONE = "*"
"""Reader of a document without `readers`."""

Mode = Literal["hybrid", "dense", "lexical"]
"""What a search compares: vectors and words, vectors alone, or words alone."""
Fusion = Literal["relative", "ranked"]
"""How a hybrid search puts its halves together: by their scores, each scaled to 0..1, or by places alone."""


class IndexedChunk(Value):
    """A chunk to be stored under its id, with all that filters and citations need."""

    tenant: str
    doc_id: str
    revision: int
    chunk: Chunk
    attributes: DocumentAttributes
    origin: Origin
    embedder_id: str


class MovedChunk(Value):
    """New place and attributes for a stored chunk; its text and vector stay."""

    tenant: str
    doc_id: str
    revision: int
    move: Move
    attributes: DocumentAttributes
    origin: Origin


class Passage(Value):
    """A stored chunk as a search found it."""

    chunk_id: str
    doc_id: str
    revision: int
    text: str
    ordinal: int
    span: Span
    heading: tuple[str, ...] = ()
    title: str | None = None
    uri: str | None = None
    metadata_json: str = "{}"
    origin: Origin
    score: float
    """Score of the search, higher is better: fused in a hybrid one, else the cosine (dense) or BM25 (lexical).
    After a reranker it is the reranker's, a number of any size."""
    similarity: float = Field(ge=-1.0001, le=1.0001)
    """Cosine of question and passage."""


class Search(Value):
    """One retrieval: the tenant and the groups bound what can be found at all."""

    tenant: str
    text: str
    language: str = UNDETERMINED
    """Of `text`; ISO 639 code."""
    groups: tuple[str, ...] = ()
    filters: dict[str, Scalar] = Field(default_factory=dict)
    top_k: int = 8
    mode: Mode = "hybrid"
    """A lexical search for a text without terms, such as `?`, finds nothing; a dense one needs no terms."""
    fusion: Fusion = "relative"
    """Of a hybrid search; the others ignore it."""
    alpha: float = Field(default=0.5, ge=0, le=1)
    """Weight of the dense part in a hybrid search; the others ignore it."""


class StoredChunk(Value):
    """What an audit reads of a stored chunk."""

    chunk_id: str
    doc_id: str
    revision: int
    ordinal: int
    span: Span
    embedder_id: str
    indexed_at: UtcDatetime


class Original(Value):
    """A stored chunk whole, to be stored in another index with another vector."""

    chunk_id: str
    title: str | None = None
    heading: tuple[str, ...] = ()
    text: str
    properties: dict[str, Any]
    """All that the store keeps, as that kind of store has it."""
