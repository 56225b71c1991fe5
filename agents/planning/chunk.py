"""ParsedDocument in, pieces out: each fits the embedder, and an edit changes only those near it.

Structure first: cuts at headings, then between paragraphs and whole blocks, then after sentences; blocks that fit stay
whole. What has none of these for too long is cut at lines, clauses, words and, at last, between characters.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from agents.planning.cut_points import EDGE, PARAGRAPH, SENTENCE, find_cut_points, hashes_at
from agents.planning.cuts import Cuts
from agents.planning.document import Block, ParsedDocument
from agents.planning.graphemes import is_grapheme_boundary
from agents.planning.outline import Outline
from agents.planning.sentences import clause_starts, line_starts, word_starts
from agents.planning.sizes import SPECIAL_TOKENS, ChunkSizes
from agents.planning.token_cost import Offsets, TokenCost
from agents.planning.visible import is_blank
from agents.ports import TokenCounter
from schemas.embedding_text import embedding_text, search_form

CHUNKER = "cuts-1"
"""Changes whenever the same text would be cut differently."""

MARGIN = 8
"""Tokens by which a piece must be within the limit to be believed without a count of its own."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk without its identity: `text[start:end]`, free of white space at both ends."""

    start: int
    end: int
    heading: tuple[str, ...]


def chunk(parsed: ParsedDocument, title: str | None, counter: TokenCounter, sizes: ChunkSizes) -> list[Piece]:
    """Pieces in order, not overlapping, that hold everything of `parsed.text` with something to find in it.

    Each, with title and section path before it, takes at most the counter's `max_tokens`, special tokens included.
    Linear in the text but for a sort; at most one piece a token.
    """
    chunker = _Chunker(parsed, title, counter, sizes)
    return list(chunker.pieces())


class _Chunker:
    def __init__(self, parsed: ParsedDocument, title: str | None, counter: TokenCounter, sizes: ChunkSizes) -> None:
        self.parsed = parsed
        self.text = parsed.text
        self.title = title
        self.counter = counter
        self.sizes = sizes
        self.cost = TokenCost(parsed.text, counter)
        self.outline = Outline(parsed.blocks)
        self._contexts: dict[tuple[str, ...], int] = {}

    def pieces(self) -> Iterator[Piece]:
        offsets = self._structural_cuts()
        for start, end in itertools.pairwise(offsets):
            yield from self._fitting(start, end, self.sizes.max_tokens)

    def _structural_cuts(self) -> Sequence[int]:
        limit, least = self.sizes.max_tokens, self.sizes.min_tokens
        points = find_cut_points(self.text, self.parsed.blocks, self._whole_blocks(limit))
        cuts = self._cuts(0, len(self.text))
        ranks = points.ranks
        headings = ranks < PARAGRAPH
        # A section that is long enough is a chunk of its own, even where it would fit with its neighbour.
        self._take(cuts, points.offsets[headings], ranks[headings], least, 2 * least)
        inner = ranks <= SENTENCE
        for smallest in (least, least // 2):
            self._take(cuts, points.offsets[inner], ranks[inner], smallest, limit)
        edges = points.of(EDGE)
        # Long pieces first here too: a page of nothing but headings would else become a piece each.
        for smallest in (least, least // 4, 1):
            self._take(cuts, edges, np.zeros_like(edges), smallest, limit)
        self._cut_anywhere(cuts, limit)
        return cuts.offsets

    def _cut_anywhere(self, cuts: Cuts, limit: int) -> None:
        """Cut what no structure has made short enough: at lines, clauses, words, tokens, characters."""
        least = min(self.sizes.min_tokens, limit // 2)
        for finder in (line_starts, clause_starts, word_starts):
            found = [at for start, end in cuts.stretches(limit) for at in finder(self.text, start, end)]
            self._take(cuts, np.array(found, dtype=np.int64), None, least, limit)
        for smallest in (least, 1):
            stretches = cuts.stretches(limit)
            ends = [self.cost.ends[(self.cost.ends > start) & (self.cost.ends < end)] for start, end in stretches]
            if ends:
                self._take(cuts, np.concatenate(ends), None, smallest, limit, whole_characters=smallest > 1)

    def _take(
        self,
        cuts: Cuts,
        offsets: Offsets,
        ranks: Offsets | None,
        least: int,
        limit: int,
        *,
        whole_characters: bool = False,
    ) -> None:
        if not len(offsets) or not cuts.stretches(limit):
            return
        cuts.take(
            offsets,
            self.cost.before(offsets),
            np.zeros_like(offsets) if ranks is None else ranks,
            hashes_at(self.text, offsets),
            least=max(least, 1),
            limit=limit,
            allowed=(lambda at: is_grapheme_boundary(self.text, at)) if whole_characters else (lambda _at: True),
        )

    def _cuts(self, start: int, end: int) -> Cuts:
        first, last = self.cost.before(np.array([start, end])).tolist()
        return Cuts((start, end), (first, last))

    def _whole_blocks(self, limit: int) -> list[Block]:
        """Outermost blocks that fit into one piece."""
        whole: list[Block] = []
        blocks = [block for block in self.parsed.blocks if block.kind != "heading"]
        edges = np.array([(block.start, block.end) for block in blocks], dtype=np.int64).reshape(-1, 2)
        lengths = self.cost.before(edges[:, 1]) - self.cost.before(edges[:, 0])
        for block, length in zip(blocks, lengths.tolist(), strict=True):
            if length <= limit and (not whole or block.start >= whole[-1].end):
                whole.append(block)
        return whole

    def _fitting(self, start: int, end: int, limit: int) -> Iterator[Piece]:
        """The stretch as one piece or, where it turns out too long once it stands alone, as several."""
        start, end = _trimmed(self.text, start, end)
        if is_blank(self.text[start:end]):
            return
        piece = Piece(start, end, self.outline.path(start, end))
        allowed = self.counter.max_tokens - SPECIAL_TOKENS
        if self._surely_within(piece, allowed):
            yield piece
            return
        needed = self._embedded_tokens(piece)
        if needed <= allowed or end - start == 1:
            yield piece
            return
        smaller = max(min(limit * 3 // 4, limit * allowed // needed), 2)
        cuts = self._cuts(start, end)
        self._cut_anywhere(cuts, smaller)
        offsets = cuts.offsets
        if len(offsets) == 2:  # noqa: PLR2004 - both ends: no token boundary to cut at
            offsets = [start, (start + end) // 2, end]
        for left, right in itertools.pairwise(offsets):
            yield from self._fitting(left, right, smaller)

    def _surely_within(self, piece: Piece, allowed: int) -> bool:
        """Whether the document's own count settles it: most pieces are whole words that the search form leaves alone.

        A tokenizer splits at white space before it does anything else, so such words cost the same anywhere.
        """
        text = self.text[piece.start : piece.end]
        if not self._between_words(piece.start) or not self._between_words(piece.end) or search_form(text) != text:
            return False
        first, last = self.cost.before(np.array([piece.start, piece.end])).tolist()
        return int(last) - int(first) + self._context_tokens(piece.heading) <= allowed - MARGIN

    def _between_words(self, at: int) -> bool:
        return at in {0, len(self.text)} or self.text[at - 1].isspace() or self.text[at].isspace()

    def _context_tokens(self, heading: tuple[str, ...]) -> int:
        if heading not in self._contexts:
            self._contexts[heading] = len(self.counter.token_ends(embedding_text(self.title, heading, "")))
        return self._contexts[heading]

    def _embedded_tokens(self, piece: Piece) -> int:
        embedded = embedding_text(self.title, piece.heading, self.text[piece.start : piece.end])
        return len(self.counter.token_ends(embedded))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
