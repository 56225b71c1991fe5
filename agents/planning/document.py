"""What parsing hands to chunking: one text, and where its structure lies in it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["heading", "code", "table", "list"]

MAX_TITLE = 256
"""Characters of a title that a document gives itself or a section."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of structure at `text[start:end]`. Blocks may nest (a fence in a list); paragraphs need none."""

    kind: Kind
    start: int
    end: int
    level: int = 0
    """1 to 6 for a heading, else 0."""
    title: str = ""
    """A heading's words without mark-up."""
    parts: tuple[int, ...] = ()
    """Offsets where items, rows or stretches of code begin: where to cut when the whole is too long."""


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """The text that every span refers to, in Unicode code points; blocks in order of their start."""

    text: str
    blocks: tuple[Block, ...] = ()
    title: str | None = None
    """Title that the document gives itself: of its HTML head or front matter, else its first heading."""
    warnings: tuple[str, ...] = ()
    """What had to be repaired, guessed or left out, one sentence each."""


def short(title: str) -> str:
    """At most `MAX_TITLE` characters: each chunk repeats its titles, so a long one would be sent a thousand times."""
    return title[:MAX_TITLE].rstrip()


def first_heading(blocks: tuple[Block, ...]) -> str | None:
    """Words of the first heading that has any."""
    return next((block.title for block in blocks if block.kind == "heading" and block.title), None)
