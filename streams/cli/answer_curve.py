"""Judged questions in, two curves of answered against wrongly answered out: ours and that of a plain similarity.

Each question is searched, weighed and drafted once by the code that answers, without a threshold on the judgement of
the best sentence; every threshold is then tried on what was seen. The plain rule answers wherever the nearest passage
is similar enough. Drafts are the extractive generator's, whichever one the workers have.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from agents.answering import AnsweringOptions, ExtractiveGenerator
from agents.answering.evidence import weigh_evidence
from agents.answering.neighbours import merge_neighbours
from agents.answering.retrieve import retrieve
from agents.answering.stopwatch import Stopwatch
from schemas.drafts import Claim, DraftTask
from schemas.questions import MAX_DEADLINE_MS, QuestionAsked
from streams.cli.answer_figures import contains
from streams.cli.eval_questions import Asker
from streams.cli.squad import JudgedQuestion

MOST_POINTS: Final = 200
CERTAIN: Final = 1.0
"""Standing of what the model does not judge."""
NEVER: Final = -2.0
"""Standing of what other thresholds refuse; under any cosine and any probability."""


@dataclass(frozen=True)
class Seen:
    """What one question met before any threshold on its standing."""

    answerable: bool
    retrieved: bool
    right: bool
    """Whether the draft has the marked text."""
    similarity: float
    """Of the nearest passage."""
    standing: float
    """Probability that the best sentence answers; `CERTAIN` where the model does not judge, `NEVER` where no passage
    suffices or there is no draft."""


class Point(NamedTuple):
    """One threshold."""

    threshold: float
    gold: float
    """Share of the answerable questions with their paragraph retrieved that get an answer with the marked text."""
    wrong: float
    """Share of the unanswerable questions that get an answer."""


async def see(question: JudgedQuestion, asker: Asker, options: AnsweringOptions) -> Seen:
    """Raises what the ports raise."""
    asked = QuestionAsked(tenant=asker.tenant, query_id=question.question_id, text=question.text, at=asker.clock())
    watch = Stopwatch(asker.clock, asked.at, MAX_DEADLINE_MS)
    vector, _ = await asker.embedder.embed_question(question.text)
    found = await retrieve(asked, vector, asker.index, options, watch, reranker=asker.reranker)
    evidence = weigh_evidence(question.text, found.passages, replace(options, min_answerability=0.0))
    stretches = tuple(stretch.passage for stretch in merge_neighbours(found.passages))
    task = DraftTask(
        tenant=asker.tenant, question=question.text, passages=stretches, seconds_left=MAX_DEADLINE_MS / 1e3
    )
    draft = " ".join([part.text async for part in ExtractiveGenerator().draft(task) if isinstance(part, Claim)])
    judged = CERTAIN if evidence.answerability is None else evidence.answerability
    return Seen(
        answerable=bool(question.gold),
        retrieved=any(passage.doc_id == question.doc_id for passage in found.passages),
        right=contains(draft, question.gold),
        similarity=max((passage.similarity for passage in found.passages), default=NEVER) if draft else NEVER,
        standing=judged if draft and evidence.lacking is None else NEVER,
    )


def ours(seen: Sequence[Seen]) -> list[Point]:
    """The curve over `min_answerability`, other thresholds as they are; most answers first."""
    return _curve(seen, lambda each: each.standing)


def plain_similarity(seen: Sequence[Seen]) -> list[Point]:
    """The curve of answering wherever the nearest passage's cosine is at least a threshold."""
    return _curve(seen, lambda each: each.similarity)


def _curve(seen: Sequence[Seen], standing: Callable[[Seen], float]) -> list[Point]:
    values = sorted({standing(each) for each in seen if standing(each) > NEVER})
    thresholds = values[:: max(1, len(values) // MOST_POINTS)]
    answerable = [(standing(each), each.right) for each in seen if each.answerable and each.retrieved]
    unanswerable = [standing(each) for each in seen if not each.answerable]
    return [
        Point(
            round(threshold, 4),
            round(sum(right and value >= threshold for value, right in answerable) / max(1, len(answerable)), 4),
            round(sum(value >= threshold for value in unanswerable) / max(1, len(unanswerable)), 4),
        )
        for threshold in thresholds
    ]


def at_gold(curve: Sequence[Point], gold: float) -> Point | None:
    """The point with the fewest wrong answers that still has the share `gold`; None where the curve has none."""
    return min(
        (point for point in curve if point.gold >= gold), key=lambda point: (point.wrong, -point.gold), default=None
    )
