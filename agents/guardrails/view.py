"""A reading of a text, and the way back from its characters to the text's own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.chunks import Span


@dataclass(frozen=True, eq=False)
class View:
    """A reading of a text, with the way back from its characters to the raw text's."""

    text: str
    starts: NDArray[np.int64] | None = None
    """Offset in the raw text of each character; None when the two are the same."""
    inside: Span | None = None
    """For what was decoded: where in the raw text the code lies, all of it."""

    def span(self, start: int, end: int) -> Span:
        """Where `self.text[start:end]`, which is not empty, comes from in the raw text."""
        if self.inside is not None:
            return self.inside
        if self.starts is None:
            return Span(start=start, end=end)
        first, last = sorted((int(self.starts[start]), int(self.starts[end - 1])))  # a text may be read backwards
        return Span(start=first, end=last + 1)

    def reread(self, text: str, kept: NDArray[np.int64]) -> "View":
        """Another reading of this one: its character i comes from character `kept[i]` of this."""
        return View(text, kept if self.starts is None else self.starts[kept], self.inside)
