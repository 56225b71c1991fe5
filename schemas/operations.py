"""Events about ragstream itself: what could not be processed, and what somebody should look at."""

from typing import Literal

from pydantic import Field

from schemas.base64_bytes import Base64Bytes
from schemas.event import Event, UtcDatetime, Value


class Header(Value):
    """One Kafka header, its value in base64 because it may be any bytes."""

    key: str
    value: Base64Bytes | None = None


class DeadLettered(Event):
    """A record that could not be processed, with its original bytes, so that it can be redriven."""

    type: Literal["DeadLettered"] = "DeadLettered"
    topic: str
    partition: int = Field(ge=0)
    offset: int = Field(ge=0)
    key: Base64Bytes | None = None
    value: Base64Bytes | None = None
    headers: tuple[Header, ...] = ()
    stage: str
    reason: str
    error: str
    """Class of the error, or `Malformed` for a value that could not be decoded."""
    attempts: int = Field(default=1, ge=0)
    missing_bytes: int = Field(default=0, ge=0)
    """Bytes of the record that did not fit in here; the whole is at `topic`, `partition`, `offset`."""


class Evidence(Value):
    """Where to look first."""

    answer_id: str | None = None
    doc_id: str | None = None
    trace_id: str | None = None


class Alert(Event):
    """What `AlertFired` and `AlertResolved` share. Equal `fingerprint`s are the same alert."""

    fingerprint: str
    alert: str
    """The alert's name."""
    severity: Literal["info", "warning", "critical"] = "warning"
    summary: str = ""
    value: float = 0.0
    threshold: float = 0.0
    window: str = ""
    evidence: tuple[Evidence, ...] = ()
    started_at: UtcDatetime
    ended_at: UtcDatetime | None = None


class AlertFired(Alert):
    """A condition that somebody should know of began."""

    type: Literal["AlertFired"] = "AlertFired"


class AlertResolved(Alert):
    """That condition ended."""

    type: Literal["AlertResolved"] = "AlertResolved"
