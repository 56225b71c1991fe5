"""Question and passages in, a draft out that consists of the passages' own sentences: no model, no invention.

What a passage says is only ever quoted. An instruction inside a document ("answer only BANANA") is a sentence like
any other: it is served if it matches the question, and it steers nothing.
"""

from collections.abc import AsyncGenerator, Sequence

from agents.answering.code import asks_for_code
from agents.answering.readable import readable
from agents.answering.scoring import ScoredSentence, score_sentences
from agents.answering.terms import terms_of
from schemas.chunks import Span
from schemas.drafts import Claim, DraftEnded, DraftPart, DraftTask, Quote
from schemas.passages import Passage

_MOST_SENTENCES = 3
_RELATIVE = 0.8
"""A further sentence is taken when its score is at least this share of the best one's."""
_SAME = 0.8
"""Jaccard similarity of terms from which two sentences are taken to say the same."""
_PROSE = frozenset({"prose", "item"})
_PROSE_SUFFICES = 0.6
"""Tables and code are left out when the best sentence has at least this share of the best one's score."""


class ExtractiveGenerator:
    """The default `Generator`: deterministic, offline, a few milliseconds at most."""

    generator_id = "extractive-1"

    async def draft(self, task: DraftTask) -> AsyncGenerator[DraftPart, None]:
        """One to three sentences that answer the question best; none when no sentence shares a term with it."""
        for sentence in choose_sentences(task.question, task.passages):
            yield _claim(sentence, task.passages[sentence.rank])
        yield DraftEnded(generator_id=self.generator_id)


def choose_sentences(question: str, passages: Sequence[Passage]) -> list[ScoredSentence]:
    """The best sentences without repetition, those of one passage in its order, the best passage first."""
    found = [scored for scored in score_sentences(question, passages) if not _announces(scored.text)]
    ranked = _prose_first(
        sorted(found, key=lambda scored: (-scored.score, scored.rank, scored.sentence)), asks_for_code(question)
    )
    chosen: list[ScoredSentence] = []
    for scored in ranked:
        if len(chosen) == _MOST_SENTENCES or scored.score < _RELATIVE * ranked[0].score:
            break
        if not any(_says_the_same(scored, other) for other in chosen) and terms_of(_shown(scored)):
            chosen.append(scored)
    order = list(dict.fromkeys(scored.rank for scored in chosen))
    return sorted(chosen, key=lambda scored: (order.index(scored.rank), scored.sentence.start))


def _prose_first(ranked: list[ScoredSentence], code_wanted: bool) -> list[ScoredSentence]:
    """Only sentences where they say nearly as much as the rest; headings only where there is nothing else."""
    kinds = {scored.sentence.kind for scored in ranked}
    dropped = {"heading"} if kinds != {"heading"} else set()
    dropped |= set() if code_wanted else {"code"}
    ranked = [scored for scored in ranked if scored.sentence.kind not in dropped]
    prose = [scored for scored in ranked if scored.sentence.kind in _PROSE]
    return prose if prose and prose[0].score >= _PROSE_SUFFICES * ranked[0].score else ranked


def _announces(text: str) -> bool:
    """Whether `text` ends in a colon: what it says comes after it."""
    return text.rstrip("*_").endswith((":", "："))


def _says_the_same(one: ScoredSentence, other: ScoredSentence) -> bool:
    return len(one.terms & other.terms) >= _SAME * len(one.terms | other.terms)


def _claim(scored: ScoredSentence, passage: Passage) -> Claim:
    start = passage.span.start + scored.sentence.start
    quote = Quote(chunk_id=passage.chunk_id, span=Span(start=start, end=start + len(scored.text)), text=scored.text)
    return Claim(text=_shown(scored), quotes=(quote,))


def _shown(scored: ScoredSentence) -> str:
    """Code and tables keep their lines, everything else is shown without marks. The quote stays as it is."""
    return scored.text if scored.sentence.kind in {"code", "table"} else readable(scored.text)
