"""An answer in, what it shows of answering and of its question out."""

from collections.abc import Iterator, Sequence
from typing import Final

from agents.signals.observing import observed
from schemas.answers import (
    STAGES,
    Answer,
    AnswerAbstained,
    AnswerBlocked,
    AnswerFailed,
    AnswerServed,
    QuestionBlocked,
)
from schemas.event import Event
from schemas.guardrails import REFUSED
from schemas.operations import Evidence

UNGROUNDED: Final = frozenset({"uncited-claim", "unknown-citation", "unverified-quote"})
"""Rules of findings that say that a drafted claim was not carried by the passages."""


async def observe_answer(answer: Answer) -> Sequence[Event]:
    """Source `answers`; and `questions`, for one that was not refused and of which the search showed something."""
    return tuple(_observed(answer))


def _observed(answer: Answer) -> Iterator[Event]:
    evidence = Evidence(
        answer_id=answer.answer_id,
        doc_id=answer.citations[0].doc_id if answer.citations else None,
        trace_id=answer.provenance.trace_id or None,
    )
    made = answer.provenance
    under = {"language": answer.question_language, "embedder": made.embedder_id}
    nearest = max((each.similarity for each in answer.looked_at), default=None)
    labels = {
        **under,
        "outcome": type(answer).__name__,
        "rule": _refusing_rule(answer),
        "generator": made.generator_id,
        "prompt": made.prompt_version,
        "policy": ",".join(made.policies),
    }
    yield observed(answer, "answers", _values(answer, nearest), labels=labels, evidence=evidence)
    if isinstance(answer, QuestionBlocked) or (answer.question_sketch is None and nearest is None):
        return
    yield observed(
        answer,
        "questions",
        {"top_similarity": nearest, "abstained": float(isinstance(answer, AnswerAbstained))},
        labels=under,
        evidence=evidence,
        vector=answer.question_sketch,
        text=made.standalone_question or answer.question,
    )


def _values(answer: Answer, nearest: float | None) -> dict[str, float | None]:
    scores = [each.score for each in answer.looked_at[:2]]
    grounded = _grounded(answer)
    return {
        "latency_ms": answer.timings_ms.get("total"),
        **{f"{stage}_ms": answer.timings_ms.get(stage) or None for stage in STAGES},  # 0: it was not reached
        "top_score": scores[0] if scores else None,
        "top_similarity": nearest,
        "margin": scores[0] - scores[1] if len(scores) > 1 else None,
        "abstained": float(isinstance(answer, AnswerAbstained)),
        "blocked": float(isinstance(answer, QuestionBlocked | AnswerBlocked)),
        "failed": float(isinstance(answer, AnswerFailed)),
        "unavailable": float(isinstance(answer, AnswerFailed) and answer.too_late),
        "grounded": grounded,
        "ungrounded": None if grounded is None else 1.0 - grounded,
        "input_tokens": answer.usage.input_tokens,
        "output_tokens": answer.usage.output_tokens,
        "cost": answer.usage.cost,
        "citations": len(answer.citations) if isinstance(answer, AnswerServed) else None,
        "freshness_ms": answer.freshness_ms,
    }


def _grounded(answer: Answer) -> float | None:
    """Whether every drafted claim was carried by the passages; None where nothing was drafted."""
    if any(each.rule in UNGROUNDED for each in answer.findings):
        return 0.0
    return 1.0 if isinstance(answer, AnswerServed) else None


def _refusing_rule(answer: Answer) -> str:
    if isinstance(answer, AnswerServed | AnswerFailed):
        return ""
    return next((each.rule for each in answer.findings if each.action in REFUSED), "")
