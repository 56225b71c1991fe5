"""A statement of a language model and the passages that it was given in, the sentences that carry it out.

Markers that the model wrote are hints and no more: small models write them at random. A sentence of a passage carries a
statement when it holds most of its terms, all its numbers and names, and denies what it denies, nothing else; its title
and headings count as said. Where one does not suffice ("It was built in 1889"), the one before it is taken as well.
The statement must be in the passages' language: translations are not recognised.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agents.answering.facts import Facts, agree, facts_of, merged, names_stand_together
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
LEAST_NEW_COVERED: Final = 0.75
"""The same of those that the question doesn't have: they are what is answered."""
LEAST_ONLY_ASKED: Final = 0.8
"""Of a statement that says no more than the question."""
_FEW_TERMS: Final = 3
"""A statement with fewer terms is carried only by a sentence that has to do with the question."""
_BASES: Final = 6
"""Best sentences that others are put beside."""
_MUCH: Final = 5
"""New terms of a statement that may be drawn from two sentences."""
_CONTRACTED: Final = re.compile(r"\b(\w+)n['’]t\b", re.IGNORECASE)
_SHORTENED: Final = {"ca": "can", "wo": "will"}
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
    new: frozenset[str]
    """Terms that the question doesn't have."""
    facts: Facts
    code: tuple[str, ...]
    """Lines of code that its evidence must hold as they are."""


class Evidence:
    """The sentences of some passages. Preparing takes a few milliseconds, a statement less than one."""

    def __init__(self, question: str, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._language = language_of(" ".join(passage.text for passage in passages[:2]))
        self._asked = frozenset(self._terms(question))
        self._titles = [" ".join((each.title or "", *each.heading)) for each in passages]
        self._around = [frozenset(self._terms(title)) for title in self._titles]
        self._around_facts = [facts_of(title, self._language) for title in self._titles]
        self._sentences = [list(self._split(rank, passage)) for rank, passage in enumerate(passages)]

    def quotes(self, text: str, hints: Sequence[int] = ()) -> tuple[Quote, ...]:
        """The quote that carries `text`, one sentence or two that follow each other; none when nothing does.

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
        for size in (1, 2):
            for group in self._groups(ranked, claim, size):
                if self._carries(group, claim):
                    return (self._quote(group),)
        return ()

    def _terms(self, text: str) -> list[str]:
        return terms_of(text, self._language)

    def _split(self, rank: int, passage: Passage) -> Iterator[_Sentence]:
        said = (found for found in split_sentences(passage.text) if found.kind != "heading")
        for place, found in enumerate(said):
            text = _spelt_out(passage.text[found.start : found.end])
            terms = frozenset(self._terms(text))
            related = len(self._asked & (terms | self._around[rank])) / len(self._asked) if self._asked else 0.0
            yield _Sentence(
                rank, place, found.start, found.end, terms, facts_of(readable(text), self._language), related
            )

    def _prepare(self, text: str) -> _Claim | None:
        code = tuple(line.strip() for line in text.splitlines()[1:] if line.strip("`~ \t")) if FENCE.match(text) else ()
        bare = text if code else _spelt_out(readable(text))
        terms = frozenset(self._terms(bare))
        if not terms or bare.endswith(("?", "？")):
            return None
        return _Claim(bare, terms, terms - self._asked, facts_of(bare, self._language), code)

    def _score(self, claim: _Claim, sentence: _Sentence, hinted: set[int]) -> float:
        return (
            self._covered(claim, sentence.terms, sentence.rank)
            + _HINTED * (sentence.rank in hinted)
            + _RELATED * sentence.related
        )

    def _covered(self, claim: _Claim, terms: frozenset[str], rank: int) -> float:
        """Share of the claim's terms; those of the title count neither way, unless there are no others."""
        return _share(terms, (claim.terms - self._around[rank]) or claim.terms)

    def _is_covered(self, claim: _Claim, terms: frozenset[str], rank: int) -> bool:
        covered = self._covered(claim, terms, rank)
        new = claim.new - self._around[rank]
        if not new:
            return covered >= LEAST_ONLY_ASKED
        return covered >= LEAST_COVERED and _share(terms, new) >= LEAST_NEW_COVERED

    def _groups(self, ranked: Sequence[_Sentence], claim: _Claim, size: int) -> Iterator[tuple[_Sentence, ...]]:
        """Sentences that may carry the claim together, each of `ranked` with others before it.

        One that says what is new may lean on the one before it for what it is about. What is new is put together from
        two only for a statement that says much: a short one more likely mixes two things up.
        """
        for base in ranked:
            new = claim.new - self._around[base.rank]
            may_lean = len(new) >= _MUCH or not new or _share(base.terms, new) >= LEAST_NEW_COVERED
            if size == 1:
                yield (base,)
            elif may_lean and base.place > 0:
                yield (base, self._sentences[base.rank][base.place - 1])

    def _carries(self, group: Sequence[_Sentence], claim: _Claim) -> bool:
        rank = group[0].rank
        if claim.code:
            text = "\n".join(self._passages[rank].text[each.start : each.end] for each in group)
            return all(line in text for line in claim.code)
        terms = frozenset[str]().union(*(each.terms for each in group))
        if not self._is_covered(claim, terms, rank):
            return False
        if len(claim.terms) < _FEW_TERMS and not group[0].related:
            return False
        facts = merged((*(each.facts for each in group), self._around_facts[rank]))
        if not agree(claim.facts, claim.terms, facts):
            return False
        quoted = " ".join(self._passages[rank].text[each.start : each.end] for each in group)
        if not names_stand_together(claim.text, f"{quoted} {self._titles[rank]}", self._language):
            return False
        # A sentence's first word is in a capital, so it says nothing; and one of names only is no sentence in capitals.
        said = f"says {claim.text[:1].lower()}{claim.text[1:]}"
        return not unknown_names(said, [terms | self._around[rank]], self._language)

    def _quote(self, group: Sequence[_Sentence]) -> Quote:
        """Sentences that follow each other, with what is between them."""
        passage = self._passages[group[0].rank]
        start, end = min(each.start for each in group), max(each.end for each in group)
        span = Span(start=passage.span.start + start, end=passage.span.start + end)
        return Quote(chunk_id=passage.chunk_id, span=span, text=passage.text[start:end])


def _spelt_out(text: str) -> str:
    """`text` with "are not" for "aren't", so that no half of it counts as a term."""
    return _CONTRACTED.sub(lambda found: f"{_SHORTENED.get(found[1].lower(), found[1])} not", text)


def _share(held: frozenset[str], wanted: frozenset[str]) -> float:
    return len(held & wanted) / len(wanted)
