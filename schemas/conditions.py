"""Conditions: what is not as it should be, before the alert rules say whether anybody is told."""

from typing import Literal

from pydantic import Field

from schemas.event import Event, Identifier, Name, Tick, UtcDatetime
from schemas.operations import AlertSilenced, Evidence, Severity


class Condition(Event):
    """What `ConditionRaised` and `ConditionCleared` share."""

    fingerprint: Identifier
    """Equal for the same condition of the same thing: `derive_id("alert", tenant, name, …)`."""
    name: Name
    """Of the alert that it may become: a monitor's name, `partition-waits`, `experiment-ship`, …"""
    labels: dict[str, str] = Field(default_factory=dict, max_length=32)
    """`stage`, `topic`, `partition`, `monitor`, `signal`, `experiment`, `doc_id`, …"""

    @property
    def slot(self) -> str:
        """Record key: the alerts of one tenant are looked at together."""
        return self.tenant


class ConditionRaised(Condition):
    """Something is not as it should be, since `since`. Whether that is an alert, the alert rules say."""

    type: Literal["ConditionRaised"] = "ConditionRaised"
    severity: Severity = "warning"
    summary: str = Field(default="", max_length=2_000)
    value: float = 0.0
    threshold: float = 0.0
    window: str = ""
    evidence: tuple[Evidence, ...] = Field(default=(), max_length=1_000)
    details: dict[str, str] = Field(default_factory=dict, max_length=64)
    """What a person would want to know: topics that grew, example questions, known causes."""
    readers: tuple[str, ...] = ()
    """Groups of which a subscriber must have one; empty for everyone of the tenant."""
    since: UtcDatetime
    for_s: float = Field(default=0.0, ge=0)
    keep_s: float = Field(default=0.0, ge=0)
    renotify_s: float = Field(default=14_400.0, ge=60)
    once: bool = False
    """It is an occurrence, not a state: told once, with nothing to resolve."""
    traceparent: str = ""
    """Of what brought it about, as W3C Trace Context writes it: its alert goes on in that trace."""
    lease_s: float = Field(default=0.0, ge=0)
    """Unless it is raised again within so many seconds it counts as over: for those who may die without a word. 0: for
    ever."""


class ConditionCleared(Condition):
    """It is as it should be again, since `since`."""

    type: Literal["ConditionCleared"] = "ConditionCleared"
    summary: str = Field(default="", max_length=2_000)
    since: UtcDatetime


class SilenceOpened(Event):
    """A silence as those who alert see it: in order with the conditions."""

    type: Literal["SilenceOpened"] = "SilenceOpened"
    silence: AlertSilenced

    @property
    def slot(self) -> str:
        """Record key, as that of the conditions."""
        return self.tenant


class AlertingTicked(Tick):
    """For the alerts of one tenant: what has lasted, what has been well for long enough, what is to be told again."""

    type: Literal["AlertingTicked"] = "AlertingTicked"
