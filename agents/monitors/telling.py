"""How one detector sees things in, the event that tells of it out. No number that is none gets out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from agents.monitors.detecting import Reading
from schemas.conditions import ConditionCleared, ConditionRaised
from schemas.event import derive_id
from schemas.monitors import MonitorDefined

BROKEN: Final = "monitor-broken"
MOST_DETAILS: Final = 64
MOST_EVIDENCE: Final = 64
MOST_TEXT: Final = 2_000


@dataclass(frozen=True, slots=True)
class Occasion:
    """The event at which something is told: whose it is, when, and its id, from which the ids of conditions derive."""

    tenant: str
    at: datetime
    event_id: str


def fingerprint(tenant: str, name: str, *what: str) -> str:
    """Equal for the same condition: `what` is the signal, or the monitor and the signal."""
    return derive_id("alert", tenant, name, *what)


def raised(
    definition: MonitorDefined, signal: str, reading: Reading, known: Mapping[str, str], now: Occasion
) -> ConditionRaised:
    """The monitor sees that something is not as it should be; `known` goes with the details."""
    same = fingerprint(now.tenant, definition.name, signal)
    about = {"about": definition.about} if definition.about else {}
    details = {**about, **reading.details, **known}
    return ConditionRaised(
        event_id=derive_id("raised", same, now.event_id),
        tenant=now.tenant,
        at=now.at,
        fingerprint=same,
        name=definition.name,
        labels=labels_of(definition, signal),
        severity=definition.severity,
        summary=f"{signal} {reading.summary}".rstrip()[:MOST_TEXT],
        value=finite(reading.value),
        threshold=finite(reading.threshold),
        window=reading.window,
        evidence=reading.evidence[:MOST_EVIDENCE],
        details=dict(list(details.items())[-MOST_DETAILS:]),
        since=min(now.at, reading.since or now.at),
        for_s=definition.for_s,
        keep_s=definition.keep_s,
        renotify_s=definition.renotify_s,
    )


def cleared(definition: MonitorDefined, signal: str, reading: Reading, now: Occasion) -> ConditionCleared:
    """The monitor sees that it is as it should be again."""
    same = fingerprint(now.tenant, definition.name, signal)
    return ConditionCleared(
        event_id=derive_id("cleared", same, now.event_id),
        tenant=now.tenant,
        at=now.at,
        fingerprint=same,
        name=definition.name,
        labels=labels_of(definition, signal),
        summary=f"{signal} {reading.summary}".rstrip()[:MOST_TEXT],
        since=min(now.at, reading.since or now.at),
    )


def withdrawn(told: ConditionRaised, summary: str, now: Occasion) -> ConditionCleared:
    """What was told is no longer looked at, or is looked at afresh."""
    return ConditionCleared(
        event_id=derive_id("cleared", told.fingerprint, now.event_id),
        tenant=told.tenant,
        at=now.at,
        fingerprint=told.fingerprint,
        name=told.name,
        labels=told.labels,
        summary=f"{told.labels.get('signal', '')} {summary}".lstrip()[:MOST_TEXT],
        since=now.at,
    )


def retold(told: ConditionRaised, definition: MonitorDefined, now: Occasion) -> ConditionRaised:
    """What was told, as a definition that says otherwise how bad it is tells it."""
    changed = {
        "event_id": derive_id("raised", told.fingerprint, now.event_id),
        "at": now.at,
        "severity": definition.severity,
        "for_s": definition.for_s,
        "keep_s": definition.keep_s,
        "renotify_s": definition.renotify_s,
    }
    return told.model_copy(update=changed)


def broken(definition: MonitorDefined, signal: str, error: Exception, now: Occasion) -> ConditionRaised:
    """A detector failed, which is our fault; its neighbours go on."""
    same = fingerprint(now.tenant, BROKEN, definition.name, signal)
    said = f"the monitor {definition.name} fails at {signal} and begins anew: {type(error).__name__}: {error}"
    return ConditionRaised(
        event_id=derive_id("raised", same, now.event_id),
        tenant=now.tenant,
        at=now.at,
        fingerprint=same,
        name=BROKEN,
        labels=labels_of(definition, signal),
        summary=said[:MOST_TEXT],
        since=now.at,
    )


def labels_of(definition: MonitorDefined, signal: str) -> dict[str, str]:
    """What an alert can be matched by."""
    return {**definition.where, "monitor": definition.name, "signal": signal, "source": definition.source}


def finite(value: float) -> float:
    """A number that JSON has; 0 for one that is none."""
    return value if math.isfinite(value) else 0.0
