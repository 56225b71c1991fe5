"""A statement of a language model and the passages that it was given in, the sentences that carry it out.

Markers that the model wrote are hints and no more: small models write them at random. A sentence of a passage carries a
statement when it holds most of its terms, all its numbers and names, and denies what it denies, nothing else; its title
and headings count as said. Where one does not suffice ("It was built in 1889"), up to three near each other are taken.
The statement must be in the passages' language: translations are not recognised.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from agents.answering.facts import Facts, agree, facts_of, merged
from agents.answering.names import unknown_names
from agents.answering.readable import readable
from agents.answering.sentences import FENCE, split_sentences
from agents.answering.terms import terms_of
from agents.language import language_of
from schemas.chunks import Span
from schemas.drafts import Quote
from schemas.passages import Passage

LEAST_COVERED: Final = 0.65
"""Share of a statement's terms that its evidence must hold."""
_FEW_TERMS: Final = 3
"""A statement with fewer terms is carried only by a sentence that has to do with the question."""
_BASES: Final = 6
"""Best sentences that others are put beside."""
_NEAR: Final = 3
"""Sentences between two that may carry a statement together."""
_MOST_QUOTES: Final = 3
_HINTED: Final = 0.1
_RELATED: Final = 0.1


@dataclass(frozen=True)
class _Sentence:
    """A sentence of a passage, prepared once for all statements."""

    rank: int
    place: int
    start: int
    end: int
    terms: frozenset[str]
    facts: Facts
    related: float
    """Share of the question's terms in it and in its passage's title and headings."""


@dataclass(frozen=True)
class _Claim:
    text: str
    terms: frozenset[str]
    facts: Facts
    code: tuple[str, ...]
    """Lines of code that its evidence must hold as they are."""


class Evidence:
    """The sentences of some passages. Preparing takes a few milliseconds, a statement less than one."""

    def __init__(self, question: str, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._language = language_of(" ".join(passage.text for passage in passages[:2]))
        self._asked = frozenset(self._terms(question))
        self._around = [frozenset(self._terms(" ".join((each.title or "", *each.heading)))) for each in passages]
        self._around_facts = [
            facts_of(" ".join((each.title or "", *each.heading)), self._language) for each in passages
        ]
        self._sentences = [list(self._split(rank, passage)) for rank, passage in enumerate(passages)]

    def quotes(self, text: str, hints: Sequence[int] = ()) -> tuple[Quote, ...]:
        """The sentences that carry `text`, one to three quotes; none when nothing does.

        `hints` are the numbers, from 1, of passages that the statement pointed at; wrong ones do no harm.
        """
        claim = self._prepare(text)
        if claim is None:
            return ()
        hinted = {number - 1 for number in hints if 0 < number <= len(self._passages)}
        ranked = sorted(
            (sentence for sentences in self._sentences for sentence in sentences if sentence.terms & claim.terms),
            key=lambda each: (-self._score(claim, each, hinted), each.rank, each.place),
        )[:_BASES]
        for size in range(1, _MOST_QUOTES + 1):
            for group in self._groups(ranked, size):
                if self._carries(group, claim):
                    return tuple(self._quotes_of(group))
        return ()

    def _terms(self, text: str) -> list[str]:
        return terms_of(text, self._language)

    def _split(self, rank: int, passage: Passage) -> Iterator[_Sentence]:
        for place, found in enumerate(split_sentences(passage.text)):
            if found.kind == "heading":
                continue
            text = passage.text[found.start : found.end]
            terms = frozenset(self._terms(text))
            related = len(self._asked & (terms | self._around[rank])) / len(self._asked) if self._asked else 0.0
            yield _Sentence(
                rank, place, found.start, found.end, terms, facts_of(readable(text), self._language), related
            )

    def _prepare(self, text: str) -> _Claim | None:
        code = tuple(line.strip() for line in text.splitlines()[1:] if line.strip("`~ \t")) if FENCE.match(text) else ()
        bare = text if code else readable(text)
        terms = frozenset(self._terms(bare))
        if not terms or bare.endswith(("?", "？")):
            return None
        return _Claim(bare, terms, facts_of(bare, self._language), code)

    def _score(self, claim: _Claim, sentence: _Sentence, hinted: set[int]) -> float:
        return (
            self._covered(claim, sentence.terms, sentence.rank)
            + _HINTED * (sentence.rank in hinted)
            + _RELATED * sentence.related
        )

    def _covered(self, claim: _Claim, terms: frozenset[str], rank: int) -> float:
        return len(claim.terms & (terms | self._around[rank])) / len(claim.terms)

    def _groups(self, ranked: Sequence[_Sentence], size: int) -> Iterable[tuple[_Sentence, ...]]:
        if size == 1:
            return ((each,) for each in ranked)
        return ((base, *others) for base in ranked for others in combinations(self._near(base), size - 1))

    def _near(self, base: _Sentence) -> list[_Sentence]:
        return [each for each in self._sentences[base.rank] if 0 < abs(each.place - base.place) <= _NEAR]

    def _carries(self, group: Sequence[_Sentence], claim: _Claim) -> bool:
        rank = group[0].rank
        if claim.code:
            text = "\n".join(self._passages[rank].text[each.start : each.end] for each in group)
            return all(line in text for line in claim.code)
        terms = frozenset[str]().union(*(each.terms for each in group))
        if self._covered(claim, terms, rank) < LEAST_COVERED:
            return False
        if len(claim.terms) < _FEW_TERMS and not any(each.related for each in group):
            return False
        facts = merged((*(each.facts for each in group), self._around_facts[rank]))
        if not agree(claim.facts, claim.terms, facts):
            return False
        return not unknown_names(claim.text, [terms | self._around[rank]], self._language)

    def _quotes_of(self, group: Sequence[_Sentence]) -> Iterator[Quote]:
        """One quote for sentences that follow each other."""
        passage = self._passages[group[0].rank]
        placed = sorted(group, key=lambda each: each.place)
        start = placed[0].start
        for each, following in zip(placed, (*placed[1:], None), strict=True):
            if following is None or following.place > each.place + 1:
                span = Span(start=passage.span.start + start, end=passage.span.start + each.end)
                yield Quote(chunk_id=passage.chunk_id, span=span, text=passage.text[start : each.end])
            if following is not None and following.place > each.place + 1:
                start = following.start
