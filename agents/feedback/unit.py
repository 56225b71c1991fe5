"""Outcomes of one unit of one experiment in one metric in; the unit's mean, in place of the one before, out.

Units, not answers, are what an experiment counts: answers to one person are not independent. A unit that two arms have
served says nothing about either, so it is taken out of both.

Outcomes in no experiment have a state of their own for each unit. Its mean at the moment when the unit is first exposed
to an experiment is the unit's past there. That is told once, as an event, since the two states may be on two workers.
"""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from pydantic import Field

from schemas.event import EPOCH, Event, Origin, UtcDatetime, Value, derive_id, origin_of
from schemas.experiments import UnitScored
from schemas.feedback import NO_EXPERIMENT, OutcomeScored, UnitExpired, UnitExposed, UnitPast

MAX_RECENT: Final = 256
"""Answers of a unit that are told apart; of older ones sum and number are kept, which a later vote still corrects."""
MAX_TOLD: Final = 128
"""Experiments that a unit's past is told to; in further ones it has none."""

Told: TypeAlias = OutcomeScored | UnitExposed | UnitPast | UnitExpired


class Counted(Value):
    """The last outcome of one answer."""

    event_id: str
    score: float | None


class UnitState(Value):
    """What one unit's answers were worth in one metric."""

    arm: str = ""
    """Empty until an outcome says it."""
    mixed: bool = False
    """Two arms have served it: it counts for neither."""
    recent: dict[str, Counted] = Field(default_factory=dict)
    settled: int = 0
    settled_total: float = 0.0
    experiment: str = ""
    """The key's part before the unit; both may hold slashes."""
    touched_at: UtcDatetime = EPOCH
    """When Kafka had its last outcome."""
    past: float | None = None
    """Mean before the first exposure to the experiment."""
    awaits_past: bool = False
    """None was told yet. False in a state that was begun before pasts were told: what comes then is no past."""
    told: tuple[str, ...] = ()
    """In no experiment: those that its units were exposed to."""

    @property
    def mean(self) -> float | None:
        scores = [each.score for each in self.recent.values() if each.score is not None]
        units = self.settled + len(scores)
        return (math.fsum(scores) + self.settled_total) / units if units > 0 else None


Outcome: TypeAlias = tuple[UnitState | None, Sequence[Event]]


def unit_key(event: Told) -> str:
    """Where a unit's state is kept."""
    return f"{event.slot}#{event.metric}"


def score_unit(state: UnitState | None, event: Told) -> Outcome:
    """The step. What is forgotten stays counted; an outcome in no experiment, and without a unit, is nobody's past."""
    match event:
        case UnitExpired():
            return (None if state is not None and state.touched_at <= event.silent_since else state), ()
        case UnitExposed():
            return _exposed(state or UnitState(), event)
        case UnitPast():
            before = state or _touched(UnitState(awaits_past=True), event)
            return _changed(event, before, _with_past(before, event))
    if event.experiment == NO_EXPERIMENT:
        return (_touched(_counted(state or UnitState(), event), event) if event.unit else state), ()
    before = state or UnitState(awaits_past=True)
    if before.mixed:
        return _touched(before, event), ()
    known = before.model_copy(update={"arm": before.arm or event.arm})
    after = _counted(known, event) if event.arm == known.arm else UnitState(arm=known.arm, mixed=True)
    return _changed(event, known, _touched(after, event))


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


def _exposed(before: UnitState, event: UnitExposed) -> Outcome:
    """Tell the unit's past to experiments that have its answers for the first time."""
    new = [each for each in event.experiments if each not in before.told][: MAX_TOLD - len(before.told)]
    after = before.model_copy(update={"told": (*before.told, *new), "touched_at": origin_of(event).came_at})
    past = before.mean
    if past is None:
        return after, ()
    about = {"tenant": event.tenant, "at": event.at, "unit": event.unit, "metric": event.metric}
    return after, [
        UnitPast(event_id=derive_id("past", unit_key(event), each), **about, experiment=each, past=past) for each in new
    ]


def _with_past(before: UnitState, event: UnitPast) -> UnitState:
    """The first that is told holds."""
    if not before.awaits_past:
        return before
    return before.model_copy(update={"past": event.past, "awaits_past": False})


def _touched(state: UnitState, event: OutcomeScored | UnitPast) -> UnitState:
    return state.model_copy(update={"experiment": event.experiment, "touched_at": origin_of(event).came_at})


def _counted(before: UnitState, event: OutcomeScored) -> UnitState:
    known = before.recent.get(event.answer_id)
    if known is not None and known.event_id == event.event_id:
        return before
    if known is None and event.score is None and event.previous is None:  # nothing was said of it yet
        return before
    settled, total = before.settled, before.settled_total
    if known is None and event.previous is not None:  # it was among the settled ones
        settled, total = settled - 1, total - event.previous
    recent = {**before.recent, event.answer_id: Counted(event_id=event.event_id, score=event.score)}
    while len(recent) > MAX_RECENT:
        oldest = recent.pop(next(iter(recent)))
        if oldest.score is not None:
            settled, total = settled + 1, total + oldest.score
    return before.model_copy(update={"recent": recent, "settled": settled, "settled_total": total})


def _changed(event: OutcomeScored | UnitPast, before: UnitState, after: UnitState) -> Outcome:
    """What is told: the value, with the past it is to be compared with."""
    if after.mean == before.mean and (after.past == before.past or after.mean is None):
        return after, ()
    read = origin_of(event)
    origin = Origin(topic=read.topic, partition=read.partition, offset=read.offset, at=read.came_at)
    scored = UnitScored(
        event_id=derive_id("unit", origin.topic, origin.partition, origin.offset),
        tenant=event.tenant,
        at=event.at,
        experiment=event.experiment,
        arm=before.arm,
        unit=event.unit or (event.answer_id if isinstance(event, OutcomeScored) else ""),
        metric=event.metric,
        value=after.mean,
        previous=before.mean,
        past=after.past,
        previous_past=before.past,
        origin=origin,
    )
    return after, (scored,)
