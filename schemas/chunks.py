"""What planning decided about a document: which chunks are new, which moved, which go."""

from typing import Literal

from pydantic import Field, JsonValue

from schemas.event import Event, Identifier, Origin, Value

UNDETERMINED = "und"
"""Of a text whose language is not known (ISO 639-2)."""


class Span(Value):
    """Character offsets into the parsed text: `text[start:end]`, counted in Unicode code points."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Chunk(Value):
    """A piece of a document that is embedded and cited as one. `text` is exactly `parsed[start:end]`."""

    chunk_id: str
    text: str
    ordinal: int = Field(ge=0)
    span: Span
    heading: tuple[str, ...] = ()
    """Titles of the sections around it, outermost first."""


class Move(Value):
    """A chunk whose text is unchanged and whose place, or whose document's attributes, are new."""

    chunk_id: str
    ordinal: int = Field(ge=0)
    span: Span
    heading: tuple[str, ...] = ()


class DocumentAttributes(Value):
    """What each chunk repeats of its document, for filters and citations."""

    title: str | None = None
    uri: str | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)
    readers: tuple[str, ...] = ()
    language: str = UNDETERMINED
    """ISO 639 code of what most of the text is written in; it decides which words count as the same in a search."""


class ChunksPlanned(Event):
    """The difference between a document's last planned revision and this one; all empty when unchanged."""

    type: Literal["ChunksPlanned"] = "ChunksPlanned"
    doc_id: Identifier
    revision: int = Field(ge=1)
    embedder_id: str = ""
    """The embedder that it was planned for: chunk sizes are counted in its tokens, and unchanged chunks are its own."""
    attributes: DocumentAttributes = DocumentAttributes()
    upserts: tuple[Chunk, ...] = ()
    moves: tuple[Move, ...] = ()
    deletes: tuple[str, ...] = ()
    unchanged: int = Field(default=0, ge=0)
    deleted: bool = False
    """True when the document itself was withdrawn."""
    warnings: tuple[str, ...] = ()
    """What parsing had to repair or guess, one sentence each."""
    origin: Origin
