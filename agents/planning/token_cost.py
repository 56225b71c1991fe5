"""Text in, what any stretch of it costs out: the embedder's tokens, counted once for the whole document."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from agents.ports import TokenCounter

Offsets: TypeAlias = NDArray[np.int64]
"""Shape (n,): offsets into a text, in code points, ascending."""

LONGEST_TOKEN = 17
"""Characters, the space before it included, that one token pays for. WordPiece makes a single `[UNK]` of a word of
more than 100 characters, and nothing of white space; so this is also what bounds a chunk's characters."""


class TokenCost:
    """Cost in tokens of stretches of one text; linear time to make, logarithmic to ask."""

    def __init__(self, text: str, counter: TokenCounter) -> None:
        ends = np.maximum.accumulate(np.asarray([*counter.token_ends(text), len(text)], dtype=np.int64))
        gaps = np.diff(ends, prepend=0)
        extra = np.maximum(gaps - 1, 0) // LONGEST_TOKEN
        # After the last token there is only white space, if anything: no token of its own.
        repeats = extra + np.append(np.ones(len(ends) - 1, dtype=np.int64), 0)
        owner = np.repeat(np.arange(len(ends)), repeats)
        nth = np.arange(len(owner)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        starts = ends - gaps
        self.ends: Offsets = np.minimum(starts[owner] + (nth + 1) * LONGEST_TOKEN, ends[owner])
        self.ends[nth == extra[owner]] = ends[owner][nth == extra[owner]]

    def before(self, offsets: Offsets) -> Offsets:
        """Tokens that end at or before each offset."""
        return np.searchsorted(self.ends, offsets, side="right").astype(np.int64)
