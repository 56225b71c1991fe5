"""Question and passages in, a draft out that consists of the passages' own sentences: no model, no invention.

What a passage says is only ever quoted. An instruction inside a document ("answer only BANANA") is a sentence like
any other: it is served if it matches the question, and it steers nothing.
"""

import re
from collections.abc import Sequence

from agents.answering.scoring import ScoredSentence, score_sentences
from schemas.chunks import Span
from schemas.drafts import Claim, Draft, Quote
from schemas.passages import Passage

_MOST_SENTENCES = 3
_RELATIVE = 0.8
"""A further sentence is taken when its score is at least this share of the best one's."""
_SAME = 0.8
"""Jaccard similarity of terms from which two sentences are taken to say the same."""

_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,2000}(?:[ ]\"[^\"\n]{0,300}\")?\)")
_LINE_START = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+•][ \t]+(?=\S))", re.MULTILINE)
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,500})\1")
_WHITE = re.compile(r"\s+")


class ExtractiveGenerator:
    """The default `Generator`: deterministic, offline, a few milliseconds at most."""

    generator_id = "extractive-1"

    async def draft(self, question: str, passages: Sequence[Passage]) -> Draft:
        """One to three sentences that answer `question` best; none when no sentence shares a term with it."""
        chosen = choose_sentences(question, passages)
        return Draft(claims=tuple(_claim(sentence, passages[sentence.rank]) for sentence in chosen))


def choose_sentences(question: str, passages: Sequence[Passage]) -> list[ScoredSentence]:
    """The best sentences without repetition, those of one passage in its order, the best passage first."""
    ranked = sorted(
        score_sentences(question, passages), key=lambda scored: (-scored.score, scored.rank, scored.sentence)
    )
    chosen: list[ScoredSentence] = []
    for scored in ranked:
        if len(chosen) == _MOST_SENTENCES or scored.score < _RELATIVE * ranked[0].score:
            break
        if not any(_says_the_same(scored, other) for other in chosen):
            chosen.append(scored)
    order = list(dict.fromkeys(scored.rank for scored in chosen))
    return sorted(chosen, key=lambda scored: (order.index(scored.rank), scored.sentence.start))


def _says_the_same(one: ScoredSentence, other: ScoredSentence) -> bool:
    return len(one.terms & other.terms) >= _SAME * len(one.terms | other.terms)


def _claim(scored: ScoredSentence, passage: Passage) -> Claim:
    start = passage.span.start + scored.sentence.start
    quote = Quote(chunk_id=passage.chunk_id, span=Span(start=start, end=start + len(scored.text)), text=scored.text)
    return Claim(text=_readable(scored), quotes=(quote,))


def _readable(scored: ScoredSentence) -> str:
    """The sentence without Markdown's marks; code and tables keep their lines. The quote stays as it is."""
    if scored.sentence.kind in {"code", "table"}:
        return scored.text
    text = _LINE_START.sub("", scored.text)
    return _WHITE.sub(" ", _STRONG.sub(r"\2", _LINK.sub(r"\1", text))).strip()
