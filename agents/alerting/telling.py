"""A condition in, the alert that tells of it out, under an id made of what it is and when it began."""

from datetime import datetime
from typing import Any, Final

from agents.alerting.state import MAX_TEXT, Open
from schemas.conditions import ConditionRaised
from schemas.event import derive_id
from schemas.operations import AlertFired, AlertResolved, Consequence

MORE: Final = "further consequences"
MOST_TOLD: Final = 64
"""Consequences that an alert lists; more are counted in its details."""


def fired(entry: Open, now: datetime) -> AlertFired:
    """It is told, for the first time or again."""
    condition = entry.condition
    return AlertFired(
        event_id=derive_id("fired", condition.tenant, entry.fingerprint, entry.since.isoformat(), entry.told),
        at=now,
        **_about(condition) | _followed(entry),
        started_at=entry.since,
        repeated=entry.told,
    )


def standing(entry: Open) -> AlertFired:
    """It as it was told last, with what has followed from it since; for those who ask how things stand."""
    return fired(entry.model_copy(update={"told": max(0, entry.told - 1)}), entry.told_at or entry.seen_at)


def resolved(entry: Open, now: datetime) -> AlertResolved:
    """It is over since `entry.cleared`, and so are most of its consequences."""
    return AlertResolved(
        event_id=derive_id("resolved", entry.condition.tenant, entry.fingerprint, entry.since.isoformat()),
        at=now,
        **_about(entry.condition) | _followed(entry) | ({"summary": entry.last_words} if entry.last_words else {}),
        started_at=entry.since,
        ended_at=entry.cleared,
    )


def occurred(condition: ConditionRaised) -> AlertFired:
    """An occurrence is told once, and nothing resolves it."""
    return AlertFired(
        event_id=occurrence_id(condition),
        at=condition.at,
        **_about(condition),
        details=condition.details,
        started_at=condition.since,
        once=True,
    )


def occurrence_id(condition: ConditionRaised) -> str:
    """Equal for the same occurrence, whoever saw it."""
    since = condition.since.isoformat()
    return derive_id("occurred", condition.tenant, condition.fingerprint, since, condition.summary)


def consequence(entry: Open) -> Consequence:
    """What its cause tells of it."""
    return Consequence(
        fingerprint=entry.fingerprint,
        alert=entry.name,
        summary=entry.condition.summary[:MAX_TEXT],
        started_at=entry.since,
        ended_at=entry.cleared,
    )


def _about(condition: ConditionRaised) -> dict[str, Any]:
    return {
        "tenant": condition.tenant,
        "fingerprint": condition.fingerprint,
        "alert": condition.name,
        "severity": condition.severity,
        "summary": condition.summary,
        "value": condition.value,
        "threshold": condition.threshold,
        "window": condition.window,
        "evidence": condition.evidence,
        "labels": condition.labels,
        "readers": condition.readers,
        "traceparent": condition.traceparent,
    }


def _followed(entry: Open) -> dict[str, Any]:
    found = sorted(entry.consequences.values(), key=lambda each: (each.started_at, each.fingerprint))
    more = {MORE: f"{len(found) - MOST_TOLD:,}"} if len(found) > MOST_TOLD else {}
    return {
        "details": {**entry.condition.details, **more},
        "consequences": tuple(found[:MOST_TOLD]),
        "evidence": tuple(dict.fromkeys((*entry.condition.evidence, *entry.evidence)))[:MOST_TOLD],
    }
