"""What a detector is: a pure function that takes one observation into its state, and may say how things stand.

A detector knows nothing of alerts, and of other detectors. Its state is a frozen pydantic model of bounded size.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, Protocol, TypeVar

from schemas.event import Value
from schemas.operations import Evidence

S = TypeVar("S", bound=Value)
"""State of a detector; its field `kind` is that of the definition that it belongs to (schemas/monitors.py)."""
D_contra = TypeVar("D_contra", bound=Value, contravariant=True)
"""Definition of a detector: `MeanChange`, `QuestionDrift`, …"""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one signal of one event is."""

    at: datetime
    """Event time, UTC."""
    value: float | None = None
    label: str | None = None
    """For signals that are categories."""
    vector: bytes | None = None
    """One signed byte a dimension (agents/sketches.py)."""
    text: str = ""
    values: Mapping[str, float] = field(default_factory=dict)
    """All that was observed with it."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What it was observed under."""
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class Reading:
    """How things stand, as one detector sees them."""

    status: Literal["insufficient", "normal", "breached"]
    """`insufficient`: too little was seen to say anything, and nothing changes."""
    value: float = 0.0
    threshold: float = 0.0
    window: str = ""
    """What was looked at, in words: `200 questions against 500`."""
    summary: str = ""
    since: datetime | None = None
    """When it began, as well as that is known."""
    evidence: tuple[Evidence, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


class Detector(Protocol, Generic[S, D_contra]):
    """One kind of detector."""

    def start(self, asked: D_contra) -> S:
        """The state before anything was seen."""
        ...

    def observe(self, state: S, asked: D_contra, seen: Observation, share: float) -> tuple[S, Reading | None]:
        """Take one observation in; a reading when there is something new to say, None when nothing changed.

        `share` is this monitor's part of the chance of a false alarm (0 to 1): with ten monitors a tenth of `alpha`.
        """
        ...

    def tick(self, state: S, asked: D_contra, now: datetime) -> tuple[S, Reading | None]:
        """Time has passed and nothing came: windows empty themselves, silence is noticed."""
        ...

    def rebase(self, state: S, asked: D_contra) -> S:
        """What was seen lately becomes what is compared with; what was compared with is forgotten."""
        ...
