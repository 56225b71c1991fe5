"""Outcomes of one unit of one experiment in one metric in; the unit's mean, in place of the one before, out.

Units, not answers, are what an experiment counts: answers to one person are not independent. A unit that two arms have
served says nothing about either, so it is taken out of both.
"""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from pydantic import Field

from schemas.event import EPOCH, Event, Origin, UtcDatetime, Value, derive_id, origin_of
from schemas.experiments import UnitScored
from schemas.feedback import NO_EXPERIMENT, OutcomeScored, UnitExpired

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
    experiment: str = ""
    """The key's part before the unit; both may hold slashes."""
    touched_at: UtcDatetime = EPOCH
    """When Kafka had its last outcome."""

    @property
    def mean(self) -> float | None:
        scores = [each.score for each in self.recent.values() if each.score is not None]
        units = self.settled + len(scores)
        return (math.fsum(scores) + self.settled_total) / units if units > 0 else None


Outcome: TypeAlias = tuple[UnitState | None, Sequence[Event]]


def unit_key(event: OutcomeScored | UnitExpired) -> str:
    """Where a unit's state is kept."""
    return f"{event.slot}#{event.metric}"


def score_unit(state: UnitState | None, event: OutcomeScored | UnitExpired) -> Outcome:
    """The step. Outcomes of answers that were in no experiment pass by; what is forgotten stays counted."""
    if isinstance(event, UnitExpired):
        return (None if state is not None and state.touched_at <= event.silent_since else state), ()
    if event.experiment == NO_EXPERIMENT:
        return state, ()
    before = state or UnitState(arm=event.arm)
    known = {"experiment": event.experiment, "touched_at": origin_of(event).came_at}
    if before.mixed:
        return before.model_copy(update=known), ()
    counted = _counted(before, event) if event.arm == before.arm else UnitState(arm=before.arm, mixed=True)
    after = counted.model_copy(update=known)
    if after.mean == before.mean:
        return after, ()
    return after, (_unit_scored(event, before, after),)


def making_units_expired(lifetime: timedelta) -> Callable[[str, UnitState, datetime], Sequence[Event]]:
    """What the timer asks of each state, whose key is that of `unit_key`."""

    def expired(key: str, state: UnitState, now: datetime) -> Sequence[Event]:
        silent_since = now - lifetime
        if state.touched_at > silent_since:
            return ()
        slot, _, metric = key.rpartition("#")
        tenant, _, rest = slot.partition("/")
        unit = rest.removeprefix(f"{state.experiment}/")
        event_id = derive_id("unit expired", key, now.isoformat())
        about = {"event_id": event_id, "tenant": tenant, "at": now, "silent_since": silent_since}
        return (UnitExpired(**about, experiment=state.experiment, unit=unit, metric=metric),)

    return expired


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
    read = origin_of(event)
    origin = Origin(topic=read.topic, partition=read.partition, offset=read.offset, at=read.came_at)
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
