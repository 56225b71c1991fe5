"""Question and passages in, sentences with scores out: how well each looks like the answer.

A score is the share of the question's weight that a sentence holds (terms weighed by inverse document frequency over
the passages), plus small bonuses for what such a question is usually answered with, plus the passage's standing. No
sentence is embedded: eight passages take about a millisecond. The constants were tuned on SQuAD 2.0 (docs/adr/0005).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agents.answering.expectations import Expectation, definition_for, expected_of
from agents.answering.sentences import Sentence, split_sentences
from agents.answering.terms import terms_of, weights
from agents.language import language_of
from schemas.passages import Passage

_CONTEXT = 0.5
"""Credit for a term in the title, a heading or the sentence before, against 1 for one in the sentence itself."""
_ADJACENCY = 0.2
"""For holding the question's neighbouring terms near each other: for all such pairs."""
_NEAR = 3
"""Terms between two that still count as near."""
_EXPECTED = 0.2
"""For holding what such a question asks for: a number, a time, a name, a reason."""
_DEFINITION = 0.3
_SIMILARITY = 0.6
"""Times the passage's cosine."""
_KINDS = {"prose": 0.0, "item": -0.05, "table": -0.2, "code": -0.3, "heading": -0.6}
_FEWEST_TERMS = 3
_SHORT = -0.2
_QUESTION = -0.4


@dataclass(frozen=True)
class ScoredSentence:
    """A sentence of a passage with its score, comparable only to others of the same question."""

    score: float
    rank: int
    """Place of the passage among those given, best first."""
    sentence: Sentence
    text: str
    terms: frozenset[str]


@dataclass(frozen=True)
class _Asked:
    """A question, prepared once for all sentences."""

    language: str
    weights: Mapping[str, float]
    total: float
    pairs: frozenset[tuple[str, str]]
    expects: Expectation
    defines: Expectation


def score_sentences(question: str, passages: Sequence[Passage]) -> list[ScoredSentence]:
    """The sentences that hold a term of `question`, in the order of passages and text."""
    language = language_of(question)
    split = [_split(passage, language) for passage in passages]
    held = [frozenset(term for _, _, terms in sentences for term in terms) for sentences in split]
    asked = _prepare(question, held, language)
    return [
        scored
        for rank, (passage, sentences) in enumerate(zip(passages, split, strict=True))
        for scored in _score_passage(asked, rank, passage, sentences)
    ]


def _split(passage: Passage, language: str) -> list[tuple[Sentence, str, list[str]]]:
    texts = ((found, passage.text[found.start : found.end]) for found in split_sentences(passage.text))
    return [(found, text, terms_of(text, language)) for found, text in texts]


def _prepare(question: str, held: Sequence[frozenset[str]], language: str) -> _Asked:
    terms = terms_of(question, language)
    weighed = weights(terms, held)
    return _Asked(
        language=language,
        weights=weighed,
        total=sum(weighed.values()) or 1.0,
        pairs=frozenset(pair for pair in pairwise(terms) if pair[0] != pair[1]),
        expects=expected_of(question),
        defines=definition_for(question),
    )


def _score_passage(
    asked: _Asked, rank: int, passage: Passage, sentences: Sequence[tuple[Sentence, str, list[str]]]
) -> Iterator[ScoredSentence]:
    around = frozenset(terms_of("\n".join((passage.title or "", *passage.heading)), asked.language))
    before: frozenset[str] = frozenset()
    for found, text, terms in sentences:
        own = frozenset(terms)
        if not own.isdisjoint(asked.weights):
            score = _score(asked, text, terms, around | before) + _KINDS[found.kind] + _SIMILARITY * passage.similarity
            yield ScoredSentence(score, rank, found, text, own)
        before = own


def _score(asked: _Asked, text: str, terms: Sequence[str], context: frozenset[str]) -> float:
    own = frozenset(terms)
    full = sum(weight for term, weight in asked.weights.items() if term in own)
    lent = sum(weight for term, weight in asked.weights.items() if term in context and term not in own)
    score = (full + _CONTEXT * lent) / asked.total + _ADJACENCY * _adjacency(asked.pairs, terms)
    score += _EXPECTED * asked.expects(text) + _DEFINITION * asked.defines(text)
    return score + _SHORT * (len(terms) < _FEWEST_TERMS) + _QUESTION * text.endswith(("?", "？"))


def _adjacency(pairs: frozenset[tuple[str, str]], terms: Sequence[str]) -> float:
    """Share of the question's neighbouring pairs whose members, in either order, stand near each other in `terms`."""
    if not pairs:
        return 0.0
    places: dict[str, list[int]] = {}
    wanted = frozenset(term for pair in pairs for term in pair)
    for at, term in enumerate(terms):
        if term in wanted:
            places.setdefault(term, []).append(at)
    near = sum(any(abs(a - b) <= _NEAR for a in places.get(x, ())[:8] for b in places.get(y, ())[:8]) for x, y in pairs)
    return near / len(pairs)
