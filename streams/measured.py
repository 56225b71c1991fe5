"""Works that are done with in, what they say in numbers out: how it went for the runner, and what the events tell.

Called once a record's outputs are delivered, so an event counts once unless a crash repeats it.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, Final, ParamSpec

import structlog
from opentelemetry.trace import set_span_in_context

from schemas import metrics
from schemas.event import Event
from streams.event_metrics import of_input, of_output
from streams.meters import meters
from streams.outcomes import Work
from streams.records import Record
from streams.stages import Due, HandlerStage, Stage

log = structlog.get_logger()
KAFKA: Final = "kafka"
SEND: Final = "send"
_waiting: Final[dict[str, set[int]]] = {}
"""Offsets of the records that wait, by stage and partition."""


P = ParamSpec("P")


def _harmless(measure: Callable[P, None]) -> Callable[P, None]:
    """`measure`, which never stops the work that it is about."""

    @wraps(measure)
    def measured(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            measure(*arguments, **options)
        except Exception as error:  # noqa: BLE001 - whatever an event holds
            log.warning("not measured", error=type(error).__name__)

    return measured


@_harmless
def begins(stages: Sequence[Stage]) -> None:
    """Stages will be at work: what they count begins at 0 before their first record, so that it is an increase."""
    told = meters()
    if told is None:
        return
    for stage in stages:
        told.add(metrics.EVENTS, 0, {metrics.STAGE: stage.name, metrics.EVENT_OUTCOME: "processed"})
        told.add(metrics.RETRIES, 0, {metrics.STAGE: stage.name})


@_harmless
def consumed(stage: Stage, works: Sequence[Work], now: datetime) -> None:
    """Records were given to a stage; `now` is the runner's clock."""
    told = meters()
    if told is None:
        return
    by_stage = {metrics.STAGE: stage.name}
    told.add(metrics.CONSUMED, len(works), _about(stage.name, works[0].record.topic))
    if not isinstance(stage, HandlerStage):
        told.record(metrics.BATCH_SIZE, len(works), by_stage)
    for work in works:
        waited_s = (now - work.record.timestamp).total_seconds()
        told.record(metrics.WAIT_DURATION, max(0.0, waited_s), by_stage)


@_harmless
def handled(stage: Stage, works: Sequence[Work], began: float) -> None:
    """Records are done with: their outputs are delivered. `began` is `time.monotonic` of their beginning."""
    told = meters()
    if told is None:
        return
    seconds = time.monotonic() - began
    for topic, count in Counter(each.topic for work in works for each in work.outgoing).items():
        told.add(metrics.SENT, count, _about(SEND, topic) | {metrics.STAGE: stage.name})
    for outcome, count in Counter(work.outcome for work in works).items():
        told.add(metrics.EVENTS, count, {metrics.STAGE: stage.name, metrics.EVENT_OUTCOME: outcome})
    for work in works:
        context = set_span_in_context(work.span)
        failed = {} if work.failure is None else {metrics.ERROR: work.failure.error}
        told.record(metrics.PROCESS_DURATION, seconds, _about(stage.name, work.record.topic) | failed, context)
        for measure, event in ((of_input, work.event), *((of_output, each.event) for each in work.outgoing)):
            if isinstance(event, Event):
                measure(told, stage.name, event, context)


def retried(stage: Stage) -> None:
    """The same is tried once more."""
    if (told := meters()) is not None:
        told.add(metrics.RETRIES, 1, {metrics.STAGE: stage.name})


def waits(stage: Stage, record: Record, *, still: bool) -> None:
    """Others are told that a record waits, or that it no longer does; a partition waits as long as one of its does."""
    told = meters()
    if told is None:
        return
    partition = f"{stage.name}/{record.topic}/{record.partition}"
    offsets = _waiting.setdefault(partition, set())
    if still:
        offsets.add(record.offset)
        told.set(metrics.WAITING, 1, {metrics.STAGE: stage.name}, by=partition, stays=True)
        return
    offsets.discard(record.offset)
    if not offsets:
        del _waiting[partition]
        told.forget(metrics.WAITING, partition)


def firing(due: Due, severities: Callable[[Any], Mapping[str, int]]) -> Due:
    """`due`, which looks at all tenants' alerts now and then; what fires is noted on the way."""

    def look(key: str, state: Any, now: datetime) -> Sequence[Event]:
        if (told := meters()) is not None:
            for severity, count in severities(state).items():
                told.set(metrics.FIRING, count, {metrics.SEVERITY: severity}, by=key)
        return due(key, state, now)

    return look


def _about(work: str, topic: str) -> dict[Any, str]:
    return {metrics.WORK: work, metrics.SYSTEM: KAFKA, metrics.TOPIC: topic}
