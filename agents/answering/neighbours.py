"""Passages in, neighbouring chunks as one text out; and a claim about such texts, with its quotes back in their chunks.

A generator reads a section as it stands in the document. A citation still names a chunk: a quote that crosses the
border of two becomes two quotes, each found at its own span. The reasons are in docs/adr/0008.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from agents.answering.citations import found_at_its_span
from schemas.chunks import Span
from schemas.drafts import Claim, Quote
from schemas.passages import Passage

WIDEST_GAP: Final = 8
"""Characters between two chunks that touch. Planning trims white space off chunks and drops nothing else between."""


@dataclass(frozen=True)
class Stretch:
    """One or more chunks of a document that follow each other."""

    passage: Passage
    """The best of `parts` with the text, place and best scores of all. White space between chunks is made up, as long
    as the real one, so that every offset is that of the document."""
    parts: tuple[Passage, ...]
    """The chunks in the document's order."""


def merge_neighbours(passages: Sequence[Passage]) -> tuple[Stretch, ...]:
    """Stretches in the order of their best passage. Each passage is a part of exactly one.

    Merged are chunks of one revision of a document and of one section that touch, with ordinals that follow each other.
    """
    ranks = {passage.chunk_id: rank for rank, passage in enumerate(passages)}
    placed = sorted(passages, key=lambda each: (each.doc_id, each.revision, each.ordinal, ranks[each.chunk_id]))
    runs: list[list[Passage]] = []
    for passage in placed:
        if runs and _touch(runs[-1][-1], passage):
            runs[-1].append(passage)
        else:
            runs.append([passage])
    stretches = [_stretch(run, min(run, key=lambda part: ranks[part.chunk_id])) for run in runs]
    return tuple(sorted(stretches, key=lambda stretch: ranks[stretch.passage.chunk_id]))


def in_chunks(claim: Claim, stretches: Sequence[Stretch]) -> Claim:
    """`claim`, with each quote that stands in a stretch of several chunks as quotes of these.

    A quote that isn't at its span is left as it is, for the check to refuse.
    """
    merged = {each.passage.chunk_id: each for each in stretches if len(each.parts) > 1}
    pieces = tuple(piece for quote in claim.quotes for piece in _pieces(quote, merged))
    return claim.model_copy(update={"quotes": pieces})


def _touch(one: Passage, other: Passage) -> bool:
    """Whether `other` goes on where `one` ends."""
    if any(each.span.end - each.span.start != len(each.text) for each in (one, other)):
        return False
    same = (one.doc_id, one.revision, one.heading) == (other.doc_id, other.revision, other.heading)
    return same and other.ordinal == one.ordinal + 1 and 0 <= other.span.start - one.span.end <= WIDEST_GAP


def _stretch(run: Sequence[Passage], best: Passage) -> Stretch:
    if len(run) == 1:
        return Stretch(best, (best,))
    text = run[0].text
    for before, part in pairwise(run):
        # Two line breaks end a paragraph, a single blank only a word.
        gap = part.span.start - before.span.end
        text += ("\n" if gap > 1 else " ") * gap + part.text
    update = {
        "text": text,
        "span": Span(start=run[0].span.start, end=run[-1].span.end),
        "ordinal": run[0].ordinal,
        "score": max(part.score for part in run),
        "similarity": max(part.similarity for part in run),
    }
    return Stretch(best.model_copy(update=update), tuple(run))


def _pieces(quote: Quote, merged: Mapping[str, Stretch]) -> Iterator[Quote]:
    stretch = merged.get(quote.chunk_id)
    if stretch is None or not found_at_its_span(quote, stretch.passage):
        yield quote
        return
    for part in stretch.parts:
        start, end = max(quote.span.start, part.span.start), min(quote.span.end, part.span.end)
        text = part.text[start - part.span.start : end - part.span.start] if start < end else ""
        if text.strip():
            yield Quote(chunk_id=part.chunk_id, span=Span(start=start, end=end), text=text)
