"""Candidates in, cuts out: the strongest first, each taken when both sides stay long enough.

Taking candidates in a fixed order of rank and hash, instead of filling chunks from the top, keeps an edit's effect
near it: a cut is given up only for a stronger one within the minimum's distance. It gives what splitting each stretch
recursively at its strongest candidate would, in the time of a sort.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from agents.planning.cut_points import Hashes, Ranks
from agents.planning.token_cost import Offsets

_LEAST_SLICE = 2_048
_SLICES = 16
"""Between two looks at which candidates are still possible, one of so many parts is taken: about as many looks at
each as there are parts, however many candidates there are."""


class Cuts:
    """Cuts of one text so far, as offsets, with the tokens before each."""

    def __init__(self, ends: tuple[int, int], tokens: tuple[int, int]) -> None:
        self._offsets = list(ends)
        self._tokens = list(tokens)

    def stretches(self, limit: int) -> list[tuple[int, int]]:
        """Offsets (start, end) of what is still longer than `limit` tokens."""
        stretches = zip(pairwise(self._offsets), pairwise(self._tokens), strict=True)
        return [offsets for offsets, (before, after) in stretches if after - before > limit]

    @property
    def offsets(self) -> Sequence[int]:
        """All cuts, both ends of the text among them, ascending."""
        return self._offsets

    def take(
        self,
        offsets: Offsets,
        tokens: Offsets,
        ranks: Ranks,
        hashes: Hashes,
        *,
        least: int,
        limit: int,
        allowed: Callable[[int], bool] = lambda _offset: True,
    ) -> None:
        """Cut at candidates, lowest rank and hash first, in stretches of more than `limit` tokens.

        `tokens` are those before each candidate; `least` is what both sides must keep.
        """
        order = np.lexsort((offsets, hashes, ranks))
        while len(order):
            # The beginning one by one; what it has made impossible then goes at once.
            size = max(_LEAST_SLICE, len(order) // _SLICES)
            for index in order[:size].tolist():
                self._take_one(int(offsets[index]), int(tokens[index]), least, limit, allowed)
            order = order[size:]
            if len(order):
                order = order[self._possible(tokens[order], least, limit)]

    def _take_one(self, offset: int, tokens: int, least: int, limit: int, allowed: Callable[[int], bool]) -> None:
        right = bisect_left(self._tokens, tokens)
        if right in {0, len(self._tokens)}:
            return
        before, after = tokens - self._tokens[right - 1], self._tokens[right] - tokens
        if before + after > limit and before >= least and after >= least and allowed(offset):
            self._tokens.insert(right, tokens)
            insort(self._offsets, offset)

    def _possible(self, tokens: Offsets, least: int, limit: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        cut = np.array(self._tokens)
        right = np.clip(np.searchsorted(cut, tokens, side="left"), 1, len(cut) - 1)
        before, after = tokens - cut[right - 1], cut[right] - tokens
        possible: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
            (before + after > limit) & (before >= least) & (after >= least)
        )
        return possible
