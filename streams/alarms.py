"""Conditions that the runner itself raises: a partition that waits, one that moves again, a blown fuse.

Whether anybody is told of them, the alert rules say (`agents/alerting`). A wait is said again while it lasts, on a
lease, so that one whose worker was killed does not seem to go on for ever.
"""

from datetime import datetime
from typing import Any, Final

from schemas.conditions import ConditionCleared, ConditionRaised
from schemas.event import derive_id
from schemas.failures import TransientError
from streams.records import Record
from streams.stages import Stage

LEASE_S: Final = 60.0
"""Several times as long as `Backoff.say_again_after_s`."""
KEEP_S: Final = 30.0
"""As long as a new owner of a partition needs to say that it still waits."""
FUSE_KEEP_S: Final = 120.0
"""A worker that was started anew may find its first event fine and blow its fuse a moment later."""


def partition_waits(stage: Stage, record: Record, error: Exception, since: datetime, at: datetime) -> ConditionRaised:
    """A transient error has lasted for many tries; nothing is skipped, everything behind it waits."""
    dependency = error.dependency if isinstance(error, TransientError) else ""
    what = "" if not dependency else f" of {dependency}"
    return ConditionRaised(
        **_about("raised", "partition-waits", stage, at, record),
        severity="critical",
        summary=f"{stage.name} waits at {_place(record)}: {type(error).__name__}{what}",
        labels=_labels(stage, record) | ({"dependency": dependency} if dependency else {}),
        since=since,
        keep_s=KEEP_S,
        lease_s=LEASE_S,
    )


def partition_moves(stage: Stage, record: Record, at: datetime) -> ConditionCleared:
    """The wait at `record` is over."""
    return ConditionCleared(
        **_about("cleared", "partition-waits", stage, at, record),
        summary=f"{stage.name} moves again at {_place(record)}",
        labels=_labels(stage, record),
        since=at,
    )


def fuse_blown(stage: Stage, record: Record, reason: str, at: datetime) -> ConditionRaised:
    """The stage stopped because nearly everything failed."""
    return ConditionRaised(
        **_about("raised", "fuse-blown", stage, at),
        severity="critical",
        summary=f"{stage.name} stopped at {_place(record)}: {reason}",
        labels=_labels(stage, record),
        since=at,
        keep_s=FUSE_KEEP_S,
    )


def fuse_whole(stage: Stage, at: datetime) -> ConditionCleared:
    """The stage processes again."""
    return ConditionCleared(
        **_about("cleared", "fuse-blown", stage, at),
        summary=f"{stage.name} processes again",
        labels={"stage": stage.name, "role": stage.role},
        since=at,
    )


def _about(kind: str, name: str, stage: Stage, at: datetime, record: Record | None = None) -> dict[str, Any]:
    where = () if record is None else (record.topic, record.partition)
    fingerprint = derive_id("alert", "default", name, stage.name, *where)
    told = () if record is None else (record.offset,)
    return {
        "event_id": derive_id(kind, fingerprint, *told, at.isoformat()),
        "at": at,
        "fingerprint": fingerprint,
        "name": name,
    }


def _labels(stage: Stage, record: Record) -> dict[str, str]:
    return {"stage": stage.name, "role": stage.role, "topic": record.topic, "partition": str(record.partition)}


def _place(record: Record) -> str:
    return f"{record.topic}/{record.partition}@{record.offset}"
