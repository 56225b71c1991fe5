"""A text and its blocks in, the places where it may be cut out: each with a rank and a hash of the text that follows.

The hash makes the choice among equals depend on nearby text only (the idea of rsync's and FastCDC's content-defined
boundaries), so an edit elsewhere cannot change it. It looks at what follows: a sentence put before a cut leaves the
cut, and the chunk that begins there, alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from agents.planning.document import Block
from agents.planning.sentences import line_starts, paragraph_starts, sentence_starts
from agents.planning.token_cost import Offsets

Hashes: TypeAlias = NDArray[np.uint64]
Ranks: TypeAlias = NDArray[np.int64]

PARAGRAPH = 6
"""Ranks 0 to 5 are headings of level 1 to 6; the lower, the better a place to cut."""
LINE = 7
SENTENCE = 8
EDGE = 9
"""Beside a block that should stay whole, or after a heading: only where nothing better helps."""

_FNV_PRIME = np.uint64(1_099_511_628_211)
_HASHED = 24
"""Characters after a cut that decide about it: about a clause."""


@dataclass(frozen=True)
class CutPoints:
    """Candidates in order of offset, parallel arrays of shape (n,); one offset may appear under two ranks."""

    offsets: Offsets
    ranks: Ranks

    def of(self, rank: int) -> Offsets:
        """Offsets of that rank."""
        chosen: Offsets = self.offsets[self.ranks == rank]
        return chosen


def find_cut_points(text: str, blocks: Sequence[Block], whole: Sequence[Block]) -> CutPoints:
    """Candidates outside the blocks of `whole` (in order, not nested), whose edges become candidates."""
    rank_at: dict[int, int] = {}

    def propose(offsets: Iterable[int], rank: int) -> None:
        for offset in offsets:
            if offset < len(text) and rank_at.get(offset, rank) >= rank:
                rank_at[offset] = rank

    propose(sentence_starts(text, 0, len(text)), SENTENCE)
    propose((at for at in line_starts(text, 0, len(text)) if at in rank_at), LINE)
    propose(paragraph_starts(text, 0, len(text)), PARAGRAPH)
    for block in blocks:
        if block.kind == "heading":
            propose((block.start,), block.level - 1)
        else:
            propose((block.start, _skip_space(text, block.end), *block.parts), PARAGRAPH)
    edges = {edge for block in whole for edge in (block.start, _skip_space(text, block.end))}
    after_headings = {_skip_space(text, block.end) for block in blocks if block.kind == "heading"}
    offsets = np.array(sorted(rank_at), dtype=np.int64)
    offsets = offsets[~_inside(offsets, whole) & (offsets > 0)]
    ranks = np.array([EDGE if at in after_headings else rank_at[at] for at in offsets.tolist()], dtype=np.int64)
    more = np.array(sorted(edge for edge in edges if 0 < edge < len(text)), dtype=np.int64)
    more = more[~_inside(more, whole)]
    return CutPoints(np.concatenate([offsets, more]), np.concatenate([ranks, np.full(len(more), EDGE)]))


def hashes_at(text: str, offsets: Offsets) -> Hashes:
    """Hash of the `_HASHED` characters after each offset; equal on every machine, 64 bits."""
    codes = np.zeros(len(text) + _HASHED, dtype=np.uint64)
    codes[: len(text)] = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    hashed = np.full(len(offsets), 14_695_981_039_346_656_037, dtype=np.uint64)
    for following in codes[offsets + np.arange(_HASHED)[:, np.newaxis]]:
        hashed ^= following
        hashed *= _FNV_PRIME
    # FNV-1a leaves its high bits to the last characters; splitmix64's finaliser spreads them (Steele et al. 2014).
    hashed = (hashed ^ (hashed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashed = (hashed ^ (hashed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = hashed ^ (hashed >> np.uint64(31))
    return mixed


def _inside(offsets: Offsets, blocks: Sequence[Block]) -> NDArray[np.bool_]:
    """Which offsets lie strictly within one of the blocks."""
    if not blocks:
        return np.zeros(len(offsets), dtype=np.bool_)
    starts = np.array([block.start for block in blocks], dtype=np.int64)
    ends = np.array([block.end for block in blocks], dtype=np.int64)
    nearest = np.searchsorted(starts, offsets, side="left") - 1
    within: NDArray[np.bool_] = (nearest >= 0) & (offsets < ends[np.maximum(nearest, 0)])
    return within


def _skip_space(text: str, offset: int) -> int:
    while offset < len(text) and text[offset].isspace():
        offset += 1
    return offset
