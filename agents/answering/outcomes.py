"""What is known about a question in, its outcome event out; a redelivered question gets the same ids."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, TypeVar

from agents.answering.experimenting import assigned_to, assignment_of
from agents.answering.guarding import showable_question
from agents.answering.options import AnsweringOptions
from agents.answering.stopwatch import Stopwatch
from agents.ports import Experimenter, Guard
from schemas.answers import Answer, AnswerFailed, Citation, LookedAt, Watermark
from schemas.event import Event, derive_id
from schemas.passages import Passage
from schemas.questions import MAX_TOP_K, QuestionAsked

MOST_LOOKED_AT: Final = MAX_TOP_K
"""Entries of `looked_at`; each is about 150 bytes of an outcome's record."""

OutcomeT = TypeVar("OutcomeT", bound=Answer)


def outcome(kind: type[OutcomeT], asked: QuestionAsked, watch: Stopwatch, **fields: Any) -> OutcomeT:
    """An outcome of `kind`, at the time that the stopwatch last read, with `fields` of its own."""
    return kind(**{**_identity(asked), **fields}, at=watch.now, timings_ms=watch.timings_ms())


def answer_failed(
    question: QuestionAsked, reason: str, experimenter: Experimenter | None = None, guard: Guard | None = None
) -> Sequence[Event]:
    """The one `AnswerFailed` for a question whose handler broke, under the ids that its answer would have had.

    It counts for the arms that the question was given. No clock is read: the outcome's `at` is the question's.
    """
    part_of = assignment_of(assigned_to(experimenter, question))
    identity = {**_identity(question), "question": showable_question(guard, question)}
    return (AnswerFailed(**identity, **part_of, at=question.at, reason=reason),)


def answer_id(question: QuestionAsked) -> str:
    """Known before the answer is, so that pieces of it can be released under its name."""
    return derive_id("answer", question.tenant, question.query_id or question.event_id)


def _identity(question: QuestionAsked) -> dict[str, Any]:
    """Ids hang on the tenant too, so that two tenants may use the same query ids."""
    query_id = question.query_id or question.event_id
    return {
        "event_id": derive_id("outcome", question.tenant, question.event_id or query_id),
        "tenant": question.tenant,
        "query_id": query_id,
        "answer_id": answer_id(question),
        "question": question.text,
        "user_id": question.user_id,
        "session_id": question.session_id,
    }


def retrieval(
    question: QuestionAsked, options: AnsweringOptions, reranker_id: str | None
) -> dict[str, str | int | float | bool]:
    """The settings that passages were found and weighed with, for `Provenance.retrieval`."""
    reranked: dict[str, str | int | float | bool] = {}
    if reranker_id is not None:
        reranked = {"reranker": reranker_id, "candidates": options.candidates}
    return {
        "top_k": question.top_k,
        "mode": options.mode,
        "fusion": options.fusion,
        "alpha": options.alpha,
        "per_document": options.per_document,
        **reranked,
        "min_similarity": options.min_similarity,
        "min_support": options.min_support,
        "min_answerability": options.min_answerability,
        "lexical_coverage": options.lexical_coverage,
        "unknown_name_similarity": options.unknown_name_similarity,
    }


def watermark(passages: Iterable[Passage]) -> tuple[Watermark, ...]:
    """Highest document offset per partition *among the retrieved passages*.

    A lower bound: the index held at least this much when it answered. What else it held cannot be seen from here.
    """
    highest: dict[int, int] = {}
    for passage in passages:
        origin = passage.origin
        highest[origin.partition] = max(origin.offset, highest.get(origin.partition, 0))
    return tuple(Watermark(partition=partition, offset=offset) for partition, offset in sorted(highest.items()))


def looked_at(passages: Sequence[Passage], fetched: Iterable[Passage]) -> tuple[LookedAt, ...]:
    """The `passages` that were weighed, best first; then the rest of what was `fetched`, `MOST_LOOKED_AT` in all."""
    seen = {passage.chunk_id: passage for passage in (*passages, *fetched)}
    return tuple(
        LookedAt(chunk_id=found.chunk_id, doc_id=found.doc_id, score=found.score, similarity=found.similarity)
        for found in islice(seen.values(), MOST_LOOKED_AT)
    )


def freshness_ms(citations: Iterable[Citation], passages: Iterable[Passage], answered_at: datetime) -> float | None:
    """Milliseconds from the event time of the newest cited passage's document to the answer; None without citations."""
    cited = {citation.chunk_id for citation in citations}
    newest = max((passage.origin.at for passage in passages if passage.chunk_id in cited), default=None)
    return None if newest is None else max(0.0, (answered_at - newest) / timedelta(milliseconds=1))
