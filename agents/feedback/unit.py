"""Outcomes of one unit of one experiment in one metric in; the unit's mean, in place of the one before, out.

Units, not answers, are what an experiment counts: answers to one person are not independent. A unit that two arms have
served says nothing about either, so it is taken out of both.
"""

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

from pydantic import Field

from schemas.event import Event, Origin, Value, derive_id
from schemas.experiments import UnitScored
from schemas.feedback import NO_EXPERIMENT, OutcomeScored

MAX_RECENT: Final = 256
"""Answers of a unit that are told apart; of older ones sum and number are kept, which a later vote still corrects."""


class Counted(Value):
    """The last outcome of one answer."""

    event_id: str
    score: float | None


class UnitState(Value):
    """What one unit's answers were worth in one metric."""

    arm: str
    mixed: bool = False
    """Two arms have served it: it counts for neither."""
    recent: dict[str, Counted] = Field(default_factory=dict)
    settled: int = 0
    settled_total: float = 0.0

    @property
    def mean(self) -> float | None:
        scores = [each.score for each in self.recent.values() if each.score is not None]
        units = self.settled + len(scores)
        return (math.fsum(scores) + self.settled_total) / units if units > 0 else None


Outcome: TypeAlias = tuple[UnitState | None, Sequence[Event]]


def unit_key(event: OutcomeScored) -> str:
    """Where a unit's state is kept."""
    return f"{event.slot}#{event.metric}"


def score_unit(state: UnitState | None, event: OutcomeScored) -> Outcome:
    """The step. Outcomes of answers that were in no experiment pass by."""
    if event.experiment == NO_EXPERIMENT:
        return state, ()
    before = state or UnitState(arm=event.arm)
    if before.mixed:
        return before, ()
    after = _counted(before, event) if event.arm == before.arm else UnitState(arm=before.arm, mixed=True)
    if after.mean == before.mean:
        return after, ()
    return after, (_unit_scored(event, before, after),)


def _counted(before: UnitState, event: OutcomeScored) -> UnitState:
    known = before.recent.get(event.answer_id)
    if known is not None and known.event_id == event.event_id:
        return before
    settled, total = before.settled, before.settled_total
    if known is None and event.previous is not None:  # it was among the settled ones
        settled, total = settled - 1, total - event.previous
    recent = {**before.recent, event.answer_id: Counted(event_id=event.event_id, score=event.score)}
    while len(recent) > MAX_RECENT:
        oldest = recent.pop(next(iter(recent)))
        if oldest.score is not None:
            settled, total = settled + 1, total + oldest.score
    return UnitState(arm=before.arm, recent=recent, settled=settled, settled_total=total)


def _unit_scored(event: OutcomeScored, before: UnitState, after: UnitState) -> UnitScored:
    if event.read_from is None:
        raise ValueError("an outcome to count was read from a topic, and says from where")
    read = event.read_from
    origin = Origin(topic=read.topic, partition=read.partition, offset=read.offset, at=read.received_at or read.at)
    return UnitScored(
        event_id=derive_id("unit", origin.topic, origin.partition, origin.offset),
        tenant=event.tenant,
        at=event.at,
        experiment=event.experiment,
        arm=before.arm,
        unit=event.unit or event.answer_id,
        metric=event.metric,
        value=after.mean,
        previous=before.mean,
        origin=origin,
    )
