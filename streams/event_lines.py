"""Works that are done with in, one log line for each event that matters out.

What matters is in the table below: outcomes, and what was decided or told. Ticks, signals, chunks and pieces of answers
are not in it. The fields are ids, names, counts and durations, as `schemas/log_fields.py` lists them.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import structlog
from opentelemetry.trace import Span

from agents.feedback.votes import SAID
from schemas.answers import Answer, AnswerAbstained, AnswerBlocked, AnswerFailed, AnswerServed, QuestionBlocked
from schemas.event import Event
from schemas.experiments import ExperimentDecided
from schemas.feedback import FeedbackGiven
from schemas.index_log import DocumentIndexed, DocumentSkipped
from schemas.notifications import NotificationAttempted
from schemas.operations import Alert, AlertFired, AlertResolved, DeadLettered
from streams.outcomes import Work
from streams.stages import Stage

Fields: TypeAlias = dict[str, Any]
Tell: TypeAlias = Callable[[Any], Fields]
MS: Final = 1_000.0
log = structlog.get_logger()


def context(stage: Stage, works: Sequence[Work]) -> dict[str, Any]:
    """What every line that is written during work on these records is about; of several the first is named."""
    if len(works) == 1:
        return {"stage": stage.name, **about(works[0])}
    record = works[0].record
    first = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    return {"stage": stage.name, "records": len(works), **first}


def about(work: Work) -> dict[str, Any]:
    """What a line is about that is about one record."""
    record = work.record
    place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    event = work.event
    return place if event is None else {**place, "tenant": event.tenant, "event_id": event.event_id}


def in_trace(span: Span) -> dict[str, str]:
    """The ids of a span that is not the current one; nothing where it has none."""
    found = span.get_span_context()
    return {"trace_id": f"{found.trace_id:032x}", "span_id": f"{found.span_id:016x}"} if found.is_valid else {}


def handled(stage: Stage, works: Sequence[Work], began: float) -> None:
    """Records are done with: their outputs are delivered. `began` is `time.monotonic` of their beginning."""
    duration_ms = round((time.monotonic() - began) * MS, 1)
    for work in works:
        for event in _that_matter(stage, work):
            log.log(
                _level(event),
                type(event).__name__,
                **(
                    {"role": stage.role, "stage": stage.name, **about(work), "tenant": event.tenant}
                    | in_trace(work.span)
                    | {"outcome": work.outcome, "duration_ms": duration_ms}
                    | _FIELDS[type(event)](event)
                ),
            )


def _level(event: Event) -> int:
    """What people did with answers, rather than said of them, comes in masses and is for those who look for it."""
    if isinstance(event, FeedbackGiven) and event.kind not in SAID:
        return logging.DEBUG
    return logging.WARNING if isinstance(event, DeadLettered | AnswerFailed) else logging.INFO


def _that_matter(stage: Stage, work: Work) -> Sequence[Event]:
    found = [each.event for each in work.outgoing if type(each.event) in _FIELDS]
    if stage.name == JOIN and isinstance(work.event, FeedbackGiven):
        found.insert(0, work.event)
    return [each for each in found if each is not None]


def _answer(answer: Answer) -> Fields:
    made = answer.provenance
    return {
        "query_id": answer.query_id,
        "answer_id": answer.answer_id,
        "queue_ms": answer.timings_ms.get("queue"),
        "total_ms": answer.timings_ms.get("total"),
        "citations": len(answer.citations),
        "rules": sorted({finding.rule for finding in answer.findings}) or None,
        "generator": made.generator_id or None,
        "prompt": made.prompt_version or None,
        "input_tokens": answer.usage.input_tokens or None,
        "output_tokens": answer.usage.output_tokens or None,
    }


def _failed(answer: AnswerFailed) -> Fields:
    return {**_answer(answer), "reason": answer.reason}


def _indexed(indexed: DocumentIndexed) -> Fields:
    counts = indexed.counts
    return {
        "doc_id": indexed.doc_id,
        "revision": indexed.revision,
        "deleted": indexed.deleted or None,
        "freshness_ms": round(indexed.freshness_ms, 1),
        "embedded": counts.embedded,
        "moved": counts.moved,
        "removed": counts.deleted,
        "unchanged": counts.unchanged,
    }


def _skipped(skipped: DocumentSkipped) -> Fields:
    return {"doc_id": skipped.doc_id, "why": skipped.reason}


def _feedback(feedback: FeedbackGiven) -> Fields:
    return {"answer_id": feedback.answer_id, "kind": feedback.kind}


def _dead(letter: DeadLettered) -> Fields:
    return {"error": letter.error, "reason": letter.reason, "attempts": letter.attempts}


def _alert(alert: Alert) -> Fields:
    return {"alert": alert.alert, "severity": alert.severity, "fingerprint": alert.fingerprint}


def _attempted(attempted: NotificationAttempted) -> Fields:
    return {
        "subscription": attempted.subscription,
        "notification_id": attempted.notification_id,
        "attempt": attempted.attempt,
        "result": attempted.result,
    }


def _decided(decided: ExperimentDecided) -> Fields:
    return {
        "experiment": decided.name,
        "decision": decided.decision,
        "arm": decided.arm or None,
        "in_force": decided.in_force,
    }


JOIN: Final = "join"
"""The stage that takes feedback in."""
_FIELDS: Final[Mapping[type[Event], Tell]] = {
    AnswerServed: _answer,
    AnswerAbstained: _answer,
    QuestionBlocked: _answer,
    AnswerBlocked: _answer,
    AnswerFailed: _failed,
    DocumentIndexed: _indexed,
    DocumentSkipped: _skipped,
    FeedbackGiven: _feedback,
    DeadLettered: _dead,
    AlertFired: _alert,
    AlertResolved: _alert,
    NotificationAttempted: _attempted,
    ExperimentDecided: _decided,
}
TOLD: Final = tuple(each.__name__ for each in _FIELDS)
"""Events that have a line: what stages give, and feedback, which the stage `join` takes in."""
