"""Alerts that the runner itself raises: a partition that waits, one that moves again, a blown fuse."""

from datetime import datetime
from typing import Any

from schemas.event import derive_id
from schemas.operations import AlertFired, AlertResolved
from streams.records import Record


def partition_waits(stage: str, record: Record, error: Exception, at: datetime) -> AlertFired:
    """A transient error has lasted for many tries; nothing is skipped, everything behind it waits."""
    return AlertFired(
        **_about("partition-waits", stage, record, at),
        severity="critical",
        summary=f"{stage} waits at {record.topic}/{record.partition}@{record.offset}: {type(error).__name__}",
    )


def partition_moves(waited: AlertFired, stage: str, at: datetime) -> AlertResolved:
    """The wait that `waited` told of is over."""
    return AlertResolved(
        event_id=derive_id(waited.event_id, "resolved"),
        at=at,
        fingerprint=waited.fingerprint,
        alert=waited.alert,
        severity=waited.severity,
        summary=f"{stage} moves again",
        started_at=waited.started_at,
        ended_at=at,
    )


def fuse_blown(stage: str, record: Record, reason: str, at: datetime) -> AlertFired:
    """The stage stopped because nearly everything failed."""
    return AlertFired(
        **_about("fuse-blown", stage, record, at), severity="critical", summary=f"{stage} stopped: {reason}"
    )


def _about(name: str, stage: str, record: Record, at: datetime) -> dict[str, Any]:
    fingerprint = derive_id("alert", name, stage, record.topic, record.partition)
    return {
        "event_id": derive_id(fingerprint, record.offset, at.isoformat()),
        "at": at,
        "fingerprint": fingerprint,
        "alert": name,
        "started_at": at,
    }
