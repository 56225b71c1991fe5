"""What a generator hands back: claims with the quotes that carry them, before anything was checked."""

from schemas.answers import Usage
from schemas.chunks import Span
from schemas.event import Value


class Quote(Value):
    """A piece of a passage that is said to carry a claim; believed only after it was found at its span."""

    chunk_id: str
    span: Span
    """Offsets of the quote in the parsed document, not in the chunk."""
    text: str


class Claim(Value):
    """One statement of an answer, free of citation markers; `quotes` alone says what carries it."""

    text: str
    quotes: tuple[Quote, ...]


class Draft(Value):
    """An unchecked answer. No claims means that the generator found none worth making."""

    claims: tuple[Claim, ...] = ()
    usage: Usage = Usage()
