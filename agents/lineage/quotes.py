"""Quotes and the chunks that they stand in, followed through changes of their document."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

from schemas.event import Value
from schemas.lineage import AddedChunk


class Part(Value):
    """A stretch of a quote that lies in one chunk; white space is single spaces."""

    chunk_id: str
    text: str


def spaced(text: str) -> str:
    """`text` with every run of white space as one space, and none at its ends."""
    return " ".join(text.split())


class Added:
    """The chunks that a change brought, as one text; what a quote is looked for in."""

    def __init__(self, chunks: Sequence[AddedChunk]) -> None:
        self._ids = [each.chunk_id for each in chunks]
        texts = [spaced(each.text) for each in chunks]
        self._text = " ".join(texts)
        ends = list(accumulate(len(text) + 1 for text in texts))
        self._bounds = [(end - len(text) - 1, end - 1) for text, end in zip(texts, ends, strict=True)]

    def find(self, text: str) -> tuple[Part, ...] | None:
        """Where `text` stands now, chunk by chunk; None when it is no longer there."""
        start = self._text.find(text)
        return None if start < 0 else tuple(self._parts(start, start + len(text)))

    def _parts(self, start: int, end: int) -> Iterator[Part]:
        for chunk_id, (first, last) in zip(self._ids, self._bounds, strict=True):
            piece = spaced(self._text[max(start, first) : min(end, last)]) if first < end and start < last else ""
            if piece:
                yield Part(chunk_id=chunk_id, text=piece)


def followed(parts: Sequence[Part], removed: frozenset[str], added: Added) -> tuple[Part, ...] | None:
    """The parts after a change; None when one of them is gone, or when something came between two that moved."""
    after: list[Part] = []
    for moved, neighbours in groupby(parts, lambda part: part.chunk_id in removed):
        run = list(neighbours)
        if not moved:
            after += run
            continue
        # Languages without spaces have none at a seam either.
        found = added.find(" ".join(part.text for part in run)) or added.find("".join(part.text for part in run))
        if found is None:
            return None
        after += found
    return tuple(after)
