"""A passage in, its sentences out: the pieces that are looked at for orders that do not belong there."""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.guardrails.view import View

MAX_SEGMENTS: Final = 4_000
"""A longer text's rest is one more segment."""
_LEAST: Final = 12
"""Shorter pieces belong to the next, `1.` or `e.g.`, and short lines to the one before."""
_BREAK: Final = re.compile(
    r"[.!?…][\"')\]”’»]*\s+|[。！？]+|(?<![^\S\n])(?:\s*\n\s*\n\s*|\s*\n(?=\s*[^\sa-z])|\s*\|+\s*)|"
    r"\|+\s*|</?(?:p|br|td|tr|li|div|h\d)[^>]{0,80}>"
)
"""Where a sentence, line, table cell or element ends. A line that goes on in lower case was only wrapped.

Spaces are tried once, from the first of them or after a line's end, so that many in a row take linear time.
"""


def segments(raw: str) -> list[tuple[int, int]]:
    """Offsets of the pieces of `raw`, in order and without gaps; one at least, unless it's empty."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _BREAK.finditer(raw):
        end = match.end()
        line = end - start < _LEAST and "\n" in match.group()
        if end - start >= _LEAST or (line and not found):
            found.append((start, end))
        elif line:
            found[-1] = (found[-1][0], end)
        else:
            continue
        start = end
        if len(found) == MAX_SEGMENTS:
            break
    if len(raw) - start >= _LEAST or not found:
        found.append((start, len(raw)))
    elif start < len(raw):
        found[-1] = (found[-1][0], len(raw))
    return [piece for piece in found if piece[1] > piece[0]]


def edges(plain: View, pieces: list[tuple[int, int]]) -> NDArray[np.int64]:
    """Where the pieces of the raw text begin in its plain reading, and where the last one ends there."""
    bounds = np.array([start for start, _ in pieces] + [pieces[-1][1]], dtype=np.int64)
    return bounds if plain.starts is None else np.searchsorted(plain.starts, bounds)
