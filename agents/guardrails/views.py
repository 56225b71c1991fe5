"""One text in, the readings of it that rules look at out, each made once and only when a rule asks."""

from dataclasses import dataclass

from schemas.chunks import Span


@dataclass(frozen=True)
class View:
    """A reading of a text, with the way back from its characters to the raw text's."""

    text: str
    starts: tuple[int, ...] | None = None
    """Offset in the raw text of each character, then the raw text's end; None when the two are the same."""

    def span(self, start: int, end: int) -> Span:
        """Where `self.text[start:end]` comes from in the raw text."""
        if self.starts is None:
            return Span(start=start, end=end)
        return Span(start=self.starts[start], end=self.starts[end])


class Views:
    """The readings of one text."""

    def __init__(self, text: str) -> None:
        self.raw = View(text)
