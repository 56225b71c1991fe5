"""Conditions in, alerts out: each told once when it begins and once when it is over. The state is one tenant's.

Time is what events say: those of conditions, and of a timer for what only time changes. An event that claims to be
from the future counts as of when it came.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from agents.alerting.rounds import LATELY, Round, advance, damped, silenced
from agents.alerting.state import MAX_OCCURRENCES, MAX_OPEN, MAX_SILENCES, Alerting, Open, trimmed
from agents.alerting.telling import occurred, occurrence_id
from schemas.conditions import AlertingTicked, ConditionCleared, ConditionRaised, SilenceOpened
from schemas.event import Event, derive_id
from schemas.operations import AlertSilenced

AHEAD: Final = timedelta(seconds=5)
"""How far a clock may be ahead of Kafka's."""
DROPPED: Final = "conditions-dropped"

Told: TypeAlias = ConditionRaised | ConditionCleared | SilenceOpened | AlertingTicked


def alert(state: Alerting | None, event: Told) -> tuple[Alerting | None, Sequence[Event]]:
    """The step, for conditions of one tenant."""
    now = _time_of(event)
    before = state or Alerting()
    told: Sequence[Event] = ()
    match event:
        case ConditionRaised(once=True):
            after, told = _occurred(before, event, now)
        case ConditionRaised():
            after, told = _raised(before, event, now)
        case ConditionCleared():
            after = _cleared(before, event)
        case SilenceOpened():
            after = _silenced(before, event.silence)
        case AlertingTicked():
            after = before
    after, events = advance(after, now)
    return None if after.nothing() else after, (*told, *events)


def due(key: str, state: Alerting, now: datetime) -> Sequence[Event]:
    """A tick when time alone has changed something; `key` is the tenant."""
    after, events = advance(state, now)
    if not events and after == state:
        return ()
    return (AlertingTicked(event_id=derive_id("alerting-ticked", key, now.isoformat()), tenant=key, at=now, slot=key),)


def _time_of(event: Event) -> datetime:
    came = event.read_from.received_at if event.read_from is not None else None
    return event.at if came is None else min(event.at, came + AHEAD)


def _raised(state: Alerting, condition: ConditionRaised, now: datetime) -> tuple[Alerting, Sequence[Event]]:
    known = state.open.get(condition.fingerprint)
    if known is None:
        return _opened(state, condition)
    if condition.at < max(known.condition.at, known.cleared or known.condition.at):
        return state, ()  # it is older than what is known
    until = known.kept_until()
    if until is not None and condition.since > until:
        look = Round(dict(state.open), dict(state.past), state.silences, now)
        look.over(known)
        after, events = _opened(state.model_copy(update={"open": look.open, "past": look.past}), condition)
        return after, (*look.events, *events)
    kept = known.model_copy(update={"condition": trimmed(condition), "cleared": None, "last_words": ""})
    return _with(state, kept), ()


def _opened(state: Alerting, condition: ConditionRaised) -> tuple[Alerting, Sequence[Event]]:
    past = state.past.get(condition.fingerprint)
    if past is not None and condition.at < past.ended_at:
        return state, ()
    if len(state.open) >= MAX_OPEN:
        told = () if state.dropped else (occurred(_overflow(condition)),)
        return state.model_copy(update={"dropped": state.dropped + 1}), told
    back = past is not None and past.told and condition.since < past.ended_at + LATELY
    again = past.again + 1 if past is not None and back else 0
    opened = Open(
        condition=trimmed(condition),
        since=condition.since,
        seen_at=condition.at,
        keep_s=damped(condition.keep_s, again),
        again=again,
    )
    return _with(state, opened), ()


def _cleared(state: Alerting, cleared: ConditionCleared) -> Alerting:
    known = state.open.get(cleared.fingerprint)
    if known is None or known.cleared is not None or cleared.at < known.condition.at:
        return state
    ended = max(cleared.since, known.since)
    return _with(state, known.model_copy(update={"cleared": ended, "last_words": cleared.summary}))


def _occurred(state: Alerting, condition: ConditionRaised, now: datetime) -> tuple[Alerting, Sequence[Event]]:
    identity = occurrence_id(condition)
    if identity in state.occurrences:
        return state, ()
    kept = state.model_copy(update={"occurrences": (*state.occurrences, identity)[-MAX_OCCURRENCES:]})
    return kept, () if silenced(condition, state.silences, now) else (occurred(condition),)


def _silenced(state: Alerting, silence: AlertSilenced) -> Alerting:
    """The last of a name counts; of too many that which ends first gives way."""
    silences = {**state.silences, silence.silence: silence.model_copy(update={"read_from": None})}
    if len(silences) > MAX_SILENCES:
        del silences[min(silences, key=lambda name: (silences[name].until, name))]
    return state.model_copy(update={"silences": silences})


def _overflow(condition: ConditionRaised) -> ConditionRaised:
    return ConditionRaised(
        tenant=condition.tenant,
        at=condition.at,
        fingerprint=derive_id("alert", condition.tenant, DROPPED),
        name=DROPPED,
        summary=f"more than {MAX_OPEN} conditions hold at once; no others are looked at",
        since=condition.at,
    )


def _with(state: Alerting, entry: Open) -> Alerting:
    return state.model_copy(update={"open": {**state.open, entry.fingerprint: entry}})
