"""An exposed answer and a number in, one outcome for each experiment that the answer was part of out.

What people say gives one for none as well, with an empty experiment: for whoever counts all answers. What is known of
an answer without them stands in the answer, and is not told again.
"""

from collections.abc import Sequence
from typing import Final

from schemas.event import Event, Origin, derive_id
from schemas.feedback import NO_EXPERIMENT, AnswerExposed, OutcomeScored, UnitExposed

FEEDBACK: Final = "feedback"
"""The metric of what people say."""


def at_exposure(answer: AnswerExposed, origin: Origin) -> Sequence[OutcomeScored]:
    """What is known of an answer before anybody says anything: `origin` is the record that told of it."""
    numbers = {
        "exposed": 1.0,
        "abstained": float(answer.outcome == "AnswerAbstained"),
        "blocked": float(answer.outcome in ("QuestionBlocked", "AnswerBlocked")),
        "failed": float(answer.outcome == "AnswerFailed"),
        "latency_ms": answer.latency_ms,
        "cost": answer.cost,
    }
    return [
        each
        for metric, score in numbers.items()
        for each in outcomes(answer, metric, score, caused_by=answer, origin=origin)
    ]


def units_exposed(answer: AnswerExposed, origin: Origin, *, scored: bool) -> Sequence[Event]:
    """That an answer reached its units, for the metric which says nothing yet: unless it was `scored` already.

    Whoever keeps a unit's past learns that it is over, and who keeps its value sees every arm that served it. Only
    users have a past: outcomes in no experiment are kept by user.
    """
    experiments = tuple(sorted(name for name, unit in answer.units.items() if unit == answer.user_id))
    told: list[Event] = []
    if answer.user_id and experiments:
        event_id = derive_id("unit exposed", origin.topic, origin.partition, origin.offset)
        about = {"event_id": event_id, "tenant": answer.tenant, "at": answer.at, "metric": FEEDBACK}
        told.append(UnitExposed(**about, unit=answer.user_id, experiments=experiments))
    if not scored:
        silent = outcomes(answer, FEEDBACK, None, caused_by=answer, origin=origin)
        told += (each for each in silent if each.experiment != NO_EXPERIMENT)
    return told


def outcomes(
    answer: AnswerExposed,
    metric: str,
    score: float | None,
    *,
    caused_by: Event,
    origin: Origin,
    superseded: Origin | None = None,
    previous: float | None = None,
) -> Sequence[OutcomeScored]:
    """One per experiment, and of feedback one for none.

    Arm and unit are those that served the answer, whoever would be served today.
    """
    assigned = {**answer.assignment, NO_EXPERIMENT: ""} if metric == FEEDBACK else answer.assignment
    units = {NO_EXPERIMENT: answer.user_id or "", **answer.units}
    return [
        OutcomeScored(
            event_id=_outcome_id(origin, experiment, metric),
            tenant=answer.tenant,
            at=caused_by.at,
            answer_id=answer.answer_id,
            user_id=answer.user_id,
            experiment=experiment,
            arm=arm,
            unit=units.get(experiment, ""),
            metric=metric,
            score=score,
            supersedes="" if superseded is None else _outcome_id(superseded, experiment, metric),
            previous=previous,
        )
        for experiment, arm in assigned.items()
    ]


def _outcome_id(origin: Origin, experiment: str, metric: str) -> str:
    return derive_id("outcome", origin.topic, origin.partition, origin.offset, experiment, metric)
