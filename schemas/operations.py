"""Events about ragstream itself: what could not be processed, and what somebody should look at."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from schemas.base64_bytes import Base64Bytes
from schemas.event import Event, Name, UtcDatetime, Value

Severity: TypeAlias = Literal["info", "warning", "critical"]
Matcher: TypeAlias = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,63}(=|!=|>=|<=)[^\x00]{0,256}$")]
"""`name=freshness*`, `severity>=warning`, `stage!=plan`: a label, or `name` or `severity`, and a value, with `*` for
anything. `>=` and `<=` are for `severity` alone."""


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


class Consequence(Value):
    """An alert that follows from another one, and is told of with it rather than by itself."""

    fingerprint: str
    alert: str
    summary: str = ""
    started_at: UtcDatetime
    ended_at: UtcDatetime | None = None


class Alert(Event):
    """What `AlertFired` and `AlertResolved` share. Equal `fingerprint`s are the same alert."""

    fingerprint: str
    alert: str
    """The alert's name."""
    severity: Severity = "warning"
    summary: str = ""
    value: float = 0.0
    threshold: float = 0.0
    window: str = ""
    evidence: tuple[Evidence, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)
    """What it is about: `stage`, `topic`, `partition`, `monitor`, `signal`, `experiment`, `doc_id`, …"""
    details: dict[str, str] = Field(default_factory=dict)
    """What a person would want to know: topics that grew, example questions, known causes."""
    consequences: tuple[Consequence, ...] = ()
    """What follows from it, as far as that is known by now."""
    readers: tuple[str, ...] = ()
    """Groups of which a subscriber must have one; empty for everyone of the tenant."""
    traceparent: str = ""
    """Of what brought it about, as W3C Trace Context writes it; empty where that is not known."""
    started_at: UtcDatetime
    ended_at: UtcDatetime | None = None


class AlertFired(Alert):
    """A condition that somebody should know of began."""

    type: Literal["AlertFired"] = "AlertFired"
    repeated: int = Field(default=0, ge=0)
    """How often it was told before, while it went on."""
    once: bool = False
    """It is an occurrence, not a state: nothing will resolve it."""


class AlertResolved(Alert):
    """That condition ended."""

    type: Literal["AlertResolved"] = "AlertResolved"


class AlertSilenced(Event):
    """For a while nobody is told of alerts that match. An `until` in the past ends the silence."""

    type: Literal["AlertSilenced"] = "AlertSilenced"
    silence: Name
    """Its name; the latest event of a name replaces the earlier one."""
    match: Annotated[tuple[Matcher, ...], Field(min_length=1, max_length=16)]
    until: UtcDatetime
    by: str = Field(default="", max_length=512)
    reason: str = Field(default="", max_length=1_000)

    @property
    def slot(self) -> str:
        """Key on the compacted topic."""
        return f"{self.tenant}/{self.silence}#silence"
