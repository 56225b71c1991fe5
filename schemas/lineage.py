"""Which answers stand on which documents, and what becomes of them when a document changes."""

from typing import Literal

from pydantic import Field

from schemas.chunks import Span
from schemas.event import Event, Identifier, Tick, Value


class Quoted(Value):
    """A quote of a document in an answer."""

    chunk_id: str
    revision: int
    span: Span
    quote: str


class AddedChunk(Value):
    """A chunk that a revision brought."""

    chunk_id: str
    text: str


class DocumentCited(Event):
    """An answer stands on a document."""

    type: Literal["DocumentCited"] = "DocumentCited"
    doc_id: Identifier
    answer_id: Identifier
    query_id: Identifier
    quotes: tuple[Quoted, ...] = Field(max_length=64)

    @property
    def slot(self) -> str:
        """Record key: what happens to one document, and to answers about it, stays in order."""
        return f"{self.tenant}/{self.doc_id}"


class DocumentRevised(Event):
    """Chunks of a document are no longer there, or all of it; what came in their place is in `added`."""

    type: Literal["DocumentRevised"] = "DocumentRevised"
    doc_id: Identifier
    revision: int = Field(ge=1)
    removed: tuple[str, ...]
    """Ids of chunks."""
    added: tuple[AddedChunk, ...] = ()
    """In the document's order."""
    readers: tuple[str, ...] = ()
    deleted: bool = False

    @property
    def slot(self) -> str:
        """Record key, as that of the citations."""
        return f"{self.tenant}/{self.doc_id}"


class LineageTicked(Tick):
    """For the citations of one document: those of answers that are no longer kept are forgotten."""

    type: Literal["LineageTicked"] = "LineageTicked"
