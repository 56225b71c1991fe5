"""QuestionAsked in; AnswerServed, AnswerAbstained, AnswerFailed or QuestionBlocked out: exactly one per question.

Screen, retrieve, weigh, draft, check. A question past its deadline is answered `AnswerFailed` and costs nothing more:
nobody waits for it any longer. A transient error is the runner's to retry, until that deadline.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.answering.citations import CheckedDraft, check_draft
from agents.answering.evidence import weigh_evidence
from agents.answering.neighbours import in_chunks, merge_neighbours
from agents.answering.options import AnsweringOptions
from agents.answering.outcomes import freshness_ms, looked_at, outcome, retrieval, watermark
from agents.answering.retrieve import Retrieved, retrieve
from agents.answering.screen import blank_question
from agents.answering.stopwatch import Stopwatch
from agents.ports import Clock, Embedder, Generator, Index, Reranker
from agents.shapes import Handler
from schemas.answers import Answer, AnswerAbstained, AnswerFailed, AnswerServed, Finding, Provenance, QuestionBlocked
from schemas.drafts import Claim, Draft, DraftEnded, DraftRestarted, DraftTask
from schemas.event import Event
from schemas.failures import PermanentError, TransientError
from schemas.passages import Passage
from schemas.questions import QuestionAsked

NOT_FOUND = "The documents that you may read do not answer this question."
"""Text of an answer that abstains."""
NOTHING_CITABLE = "No sentence of the passages that were found could be cited as an answer."


@dataclass(frozen=True)
class _Bound:
    """What the handler was given."""

    embedder: Embedder
    index: Index
    generator: Generator
    options: AnsweringOptions
    reranker: Reranker | None


def make_answering_handler(
    embedder: Embedder,
    index: Index,
    clock: Clock,
    generator: Generator,
    options: AnsweringOptions,
    *,
    reranker: Reranker | None = None,
) -> Handler[QuestionAsked]:
    """Bind the ports. The handler keeps nothing between questions, so many may run at once.

    It raises only `TransientError`, for the runner to retry. What an adapter says in a `PermanentError` may name hosts
    or keys, so the asker is told no more than the stage that failed.
    """
    bound = _Bound(embedder, index, generator, options, reranker)

    async def answer(question: QuestionAsked) -> Sequence[Event]:
        watch = Stopwatch(clock, question.at, question.deadline_ms or options.default_deadline_ms)
        try:
            return (await _answer(question, bound, watch),)
        except TransientError:
            if not watch.overdue():
                raise
            return (_too_late(question, watch),)
        except PermanentError:
            reason = f"The {watch.stage} stage refused this question for good; asking again will not help."
            return (outcome(AnswerFailed, question, watch, reason=reason),)

    return answer


async def _answer(question: QuestionAsked, bound: _Bound, watch: Stopwatch) -> Answer:
    if blank := blank_question(question.text):
        return outcome(QuestionBlocked, question, watch, reason=blank.reason, findings=(blank,))
    if watch.overdue():
        return _too_late(question, watch)
    found = await retrieve(question, bound.embedder, bound.index, bound.options, watch, reranker=bound.reranker)
    if watch.overdue():
        return _too_late(question, watch)
    lacking = weigh_evidence(question.text, found.passages, bound.options).lacking
    if lacking is not None:
        return _abstain(question, bound, watch, found, reason=lacking)
    with watch.measure("draft"):
        checked = await _drafted(question, bound.generator, found.passages, watch)
    if not checked.citations:
        return _abstain(question, bound, watch, found, reason=NOTHING_CITABLE, findings=checked.findings)
    return _serve(question, bound, watch, found, checked)


async def _drafted(
    question: QuestionAsked, generator: Generator, passages: Sequence[Passage], watch: Stopwatch
) -> CheckedDraft:
    """The generator reads neighbours as one text; what it quotes is checked in the chunks themselves."""
    stretches = merge_neighbours(passages)
    task = DraftTask(
        tenant=question.tenant,
        question=question.text,
        passages=tuple(stretch.passage for stretch in stretches),
        seconds_left=watch.seconds_left(),
    )
    draft = Draft()
    async for part in generator.draft(task):
        match part:
            case Claim():
                draft = draft.model_copy(update={"claims": (*draft.claims, part)})
            case DraftRestarted():
                draft = Draft()
            case DraftEnded():
                draft = draft.model_copy(update={"usage": part.usage})
    return check_draft(in_chunks(draft, stretches), passages)


def _too_late(question: QuestionAsked, watch: Stopwatch) -> AnswerFailed:
    waited = watch.timings_ms()["total"]
    reason = f"deadline passed: {waited:.0f} ms since the question was asked, and {watch.deadline_ms} ms were allowed"
    return outcome(AnswerFailed, question, watch, reason=reason)


def _abstain(
    question: QuestionAsked,
    bound: _Bound,
    watch: Stopwatch,
    found: Retrieved,
    *,
    reason: str,
    findings: tuple[Finding, ...] = (),
) -> AnswerAbstained:
    return outcome(
        AnswerAbstained,
        question,
        watch,
        text=NOT_FOUND,
        reason=reason,
        findings=found.findings + findings,
        looked_at=looked_at(found.passages, found.fetched),
        provenance=_provenance(question, bound, found),
    )


def _serve(
    question: QuestionAsked, bound: _Bound, watch: Stopwatch, found: Retrieved, checked: CheckedDraft
) -> AnswerServed:
    return outcome(
        AnswerServed,
        question,
        watch,
        text=checked.text,
        citations=checked.citations,
        findings=found.findings + checked.findings,
        looked_at=looked_at(found.passages, found.fetched),
        provenance=_provenance(question, bound, found),
        freshness_ms=freshness_ms(checked.citations, found.passages, watch.now),
        usage=checked.usage,
    )


def _provenance(question: QuestionAsked, bound: _Bound, found: Retrieved) -> Provenance:
    return Provenance(
        embedder_id=bound.embedder.embedder_id,
        generator_id=bound.generator.generator_id,
        retrieval=retrieval(question, bound.options, found.reranker_id),
        index_watermark=watermark(found.passages),
    )
