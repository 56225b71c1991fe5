"""What is kept of one tenant's alerts: what is not as it should be, what was lately, and who wants quiet."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from pydantic import Field

from schemas.conditions import ConditionRaised
from schemas.event import UtcDatetime, Value
from schemas.operations import AlertSilenced, Consequence, Evidence, Severity

MAX_OPEN: Final = 256
"""Conditions of one tenant that are looked at together."""
MAX_PAST: Final = 256
MAX_SILENCES: Final = 256
MAX_OCCURRENCES: Final = 512
MAX_CONSEQUENCES: Final = MAX_OPEN
"""Of one cause."""
MAX_EVIDENCE: Final = 32
MAX_DETAILS: Final = 32
MAX_TEXT: Final = 500


class Open(Value):
    """A condition that holds, or that held until a moment ago."""

    condition: ConditionRaised
    """As it was raised last."""
    since: UtcDatetime
    """Since when it holds; it may have been well for less than `keep_s` in between."""
    seen_at: UtcDatetime
    """When it was raised first."""
    keep_s: float
    cleared: UtcDatetime | None = None
    """Since when it no longer holds."""
    last_words: str = ""
    """What was said of its end."""
    told: int = 0
    """How often it was told."""
    told_at: UtcDatetime | None = None
    told_severity: Severity | None = None
    """The worst that was told."""
    again: int = 0
    """How often it had come back within the hour."""
    consequences: dict[str, Consequence] = Field(default_factory=dict)
    """What follows from it, by fingerprint."""
    evidence: tuple[Evidence, ...] = ()
    """That of its consequences."""

    @property
    def fingerprint(self) -> str:
        return self.condition.fingerprint

    @property
    def name(self) -> str:
        return self.condition.name

    @property
    def labels(self) -> Mapping[str, str]:
        return self.condition.labels

    def lasted(self, now: datetime) -> bool:
        """Whether it held for as long as it must before it is an alert."""
        return (self.cleared or now) - self.since >= timedelta(seconds=self.condition.for_s)

    def kept_until(self) -> datetime | None:
        """Until when it must stay well to be over; None while it holds."""
        return None if self.cleared is None else self.cleared + timedelta(seconds=self.keep_s)


class Past(Value):
    """A condition that was over lately: what it explains, and whether it comes back, is still asked."""

    fingerprint: str
    name: str
    labels: dict[str, str] = Field(default_factory=dict)
    since: UtcDatetime
    ended_at: UtcDatetime
    told: bool
    again: int = 0


class Alerting(Value):
    """The state of one tenant."""

    open: dict[str, Open] = Field(default_factory=dict)
    """By fingerprint."""
    past: dict[str, Past] = Field(default_factory=dict)
    silences: dict[str, AlertSilenced] = Field(default_factory=dict)
    """By name."""
    occurrences: tuple[str, ...] = ()
    """Ids of the last occurrences that were told, so that none is told twice."""
    dropped: int = 0
    """Conditions for which there was no room."""

    def nothing(self) -> bool:
        """Whether there is nothing to remember."""
        return not (self.open or self.past or self.silences or self.occurrences or self.dropped)


def trimmed(condition: ConditionRaised) -> ConditionRaised:
    """As much of it as is kept."""
    details = {name[:MAX_TEXT]: text[:MAX_TEXT] for name, text in list(condition.details.items())[:MAX_DETAILS]}
    return condition.model_copy(
        update={"details": details, "evidence": condition.evidence[:MAX_EVIDENCE], "read_from": None}
    )
