"""Events in, what they tell in numbers out: one function for each type that tells something.

A monitor that has to decide something reads signals (`agents/signals`), which are events and can be replayed; this is
for dashboards, and lives as long as the process.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from opentelemetry.context import Context

from schemas import metrics
from schemas.answers import Answer, AnswerAbstained, AnswerBlocked, AnswerFailed, AnswerServed, QuestionBlocked
from schemas.event import Event
from schemas.feedback import FeedbackGiven
from schemas.index_log import DocumentIndexed, DocumentSkipped
from schemas.monitors import SignalsObserved
from schemas.notifications import NotificationAttempted
from schemas.operations import AlertFired, AlertResolved, DeadLettered
from streams.meters import Meters

Measure: TypeAlias = Callable[[Meters, Any, Context], None]
MS: Final = 1_000.0
SAMPLED: Final = {"lag": metrics.LAG, "oldest_s": metrics.OLDEST, "stuck": metrics.STUCK}


def of_output(told: Meters, stage: str, event: Event, context: Context) -> None:
    """What a stage's output tells; `context` holds the span that it comes from."""
    del stage
    measure = _OUTPUTS.get(type(event))
    if measure is not None:
        measure(told, event, context)


def of_input(told: Meters, stage: str, event: Event, context: Context) -> None:
    """What an event tells that comes from outside, at the stage that takes it in."""
    del context
    if isinstance(event, FeedbackGiven) and stage == JOIN:
        told.add(metrics.FEEDBACK, 1, {metrics.FEEDBACK_KIND: event.kind, metrics.VOTE: _vote(event.score)})


def _answer(told: Meters, answer: Answer, context: Context) -> None:
    outcome, tenant = {metrics.ANSWER_OUTCOME: type(answer).__name__}, {metrics.TENANT: answer.tenant}
    told.add(metrics.ANSWERS, 1, outcome | tenant)
    for step, taken_ms in answer.timings_ms.items():
        if taken_ms > 0 or step == "total":  # 0: it was not reached
            told.record(metrics.QUESTION_DURATION, taken_ms / MS, {metrics.QUESTION_STEP: step} | outcome, context)
    if answer.freshness_ms is not None:
        told.record(metrics.EVIDENCE_AGE, max(0.0, answer.freshness_ms / MS), {}, context)
    for finding in answer.findings:
        labels = {metrics.RULE: finding.rule, metrics.GUARD_STAGE: finding.stage, metrics.GUARD_ACTION: finding.action}
        told.add(metrics.FINDINGS, 1, labels)
    if answer.usage.cost > 0:
        told.add(metrics.COST, answer.usage.cost, tenant)


def _indexed(told: Meters, indexed: DocumentIndexed, context: Context) -> None:
    tenant = {metrics.TENANT: indexed.tenant}
    told.add(metrics.DOCUMENTS, 1, {metrics.DOCUMENT_OUTCOME: "deleted" if indexed.deleted else "indexed"} | tenant)
    told.record(metrics.DOCUMENT_FRESHNESS, max(0.0, indexed.freshness_ms / MS), tenant, context)
    for action, count in indexed.counts.model_dump().items():
        if count:
            told.add(metrics.CHUNKS, count, {metrics.CHUNK_ACTION: action})


def _skipped(told: Meters, skipped: DocumentSkipped, _: Context) -> None:
    told.add(metrics.DOCUMENTS, 1, {metrics.DOCUMENT_OUTCOME: skipped.reason, metrics.TENANT: skipped.tenant})


def _dead(told: Meters, letter: DeadLettered, _: Context) -> None:
    labels = {metrics.STAGE: letter.stage, metrics.ERROR: letter.error, metrics.TENANT: letter.tenant}
    told.add(metrics.DEAD_LETTERS, 1, labels)


def _fired(told: Meters, alert: AlertFired, _: Context) -> None:
    state = "occurred" if alert.once else "repeated" if alert.repeated else "fired"
    told.add(metrics.ALERTS, 1, {metrics.SEVERITY: alert.severity, metrics.ALERT_STATE: state})


def _resolved(told: Meters, alert: AlertResolved, _: Context) -> None:
    told.add(metrics.ALERTS, 1, {metrics.SEVERITY: alert.severity, metrics.ALERT_STATE: "resolved"})


def _attempted(told: Meters, attempted: NotificationAttempted, _: Context) -> None:
    told.add(metrics.NOTIFICATIONS, 1, {metrics.RESULT: attempted.result})


def _sampled(told: Meters, signals: SignalsObserved, _: Context) -> None:
    """Samples of lag and of what ragstream depends on, as `agents/signals/sampling.py` names them."""
    if signals.source != "operations":
        return
    for name, value in signals.values.items():
        what, _dot, which = name.partition(".")
        if what in SAMPLED:
            told.set(SAMPLED[what], value, {metrics.ROLE: which})
        elif what == "up":
            told.set(metrics.UP, value, {metrics.DEPENDENCY: which})


def _vote(score: float | None) -> str:
    if score is None:
        return "withdrawn"
    return "good" if score > 0 else "bad" if score < 0 else "neutral"


JOIN: Final = "join"
"""The stage that takes feedback in."""
_OUTPUTS: Final[Mapping[type[Event], Measure]] = {
    AnswerServed: _answer,
    AnswerAbstained: _answer,
    QuestionBlocked: _answer,
    AnswerBlocked: _answer,
    AnswerFailed: _answer,
    DocumentIndexed: _indexed,
    DocumentSkipped: _skipped,
    DeadLettered: _dead,
    AlertFired: _fired,
    AlertResolved: _resolved,
    NotificationAttempted: _attempted,
    SignalsObserved: _sampled,
}
