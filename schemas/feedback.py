"""What people say of answers, by word or by deed, and what it is worth for whom it was tried on."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.event import Event, Identifier, UtcDatetime

Kind = Literal["thumb", "rating", "correction", "click", "copy", "follow-up"]
"""The first three are said on purpose; the others are done, and are weaker signs."""
MAX_COMMENT_CHARACTERS = 4_000
NO_EXPERIMENT = ""
"""Experiment of an outcome that was part of none."""


class FeedbackGiven(Event):
    """Somebody found an answer good or bad. `{"answer_id": "…", "score": 1}` alone is valid feedback.

    One vote per answer, user and kind: the last one by event time counts. A score of null takes it back.
    """

    type: Literal["FeedbackGiven"] = "FeedbackGiven"
    answer_id: Identifier
    user_id: Annotated[str, Field(max_length=512)] | None = None
    score: float | None = Field(default=None, ge=-1, le=1, allow_inf_nan=False)
    """From -1, of no use or wrong, to 1, just what was wanted; null takes an earlier vote back."""
    kind: Kind = "thumb"
    comment: Annotated[str, Field(max_length=MAX_COMMENT_CHARACTERS)] | None = None
    """What the user says about it; for a correction, what the answer should have been."""


class AnswerExposed(Event):
    """An answer reached its asker: what feedback may be about, and what it was part of."""

    type: Literal["AnswerExposed"] = "AnswerExposed"
    answer_id: Identifier
    query_id: Identifier
    user_id: str | None = None
    session_id: str | None = None
    outcome: str
    """Type of the answer's event: `AnswerServed`, `AnswerAbstained`, …"""
    assignment: dict[str, str] = Field(default_factory=dict)
    """Experiment to arm."""
    units: dict[str, str] = Field(default_factory=dict)
    """Experiment to the unit that was assigned."""
    latency_ms: float = Field(default=0.0, ge=0)
    cost: float = Field(default=0.0, ge=0)
    traceparent: str = ""
    """Of the answer's trace, as W3C Trace Context writes it: what is said of the answer is linked to it."""


class AnswerExpired(Event):
    """An answer's time for feedback is over, as a timer found; what still waits for the answer waits in vain."""

    type: Literal["AnswerExpired"] = "AnswerExpired"
    answer_id: Identifier


class UnitExpired(Event):
    """A unit had no outcome for so long that it is forgotten, as a timer found; a later one begins it anew."""

    type: Literal["UnitExpired"] = "UnitExpired"
    experiment: str
    """Empty for what is kept of a unit beside all experiments."""
    unit: Identifier
    metric: Identifier
    silent_since: UtcDatetime
    """Its last outcome came then or before; if one came later, nothing is forgotten."""

    @property
    def slot(self) -> str:
        """Record key, as that of the unit's outcomes."""
        return f"{self.tenant}/{self.experiment}/{self.unit}"


class UnitExposed(Event):
    """An answer that was part of experiments reached a unit: what its answers were worth before is its past in them."""

    type: Literal["UnitExposed"] = "UnitExposed"
    experiments: tuple[str, ...]
    unit: Identifier
    metric: Identifier

    @property
    def slot(self) -> str:
        """Record key, as that of the unit's outcomes that are part of no experiment."""
        return f"{self.tenant}/{NO_EXPERIMENT}/{self.unit}"


class UnitPast(Event):
    """What a unit's answers were worth before it was first exposed to an experiment; that stays so."""

    type: Literal["UnitPast"] = "UnitPast"
    experiment: Identifier
    unit: Identifier
    metric: Identifier
    past: float
    """Mean over the answers."""

    @property
    def slot(self) -> str:
        """Record key, as that of the unit's outcomes in the experiment."""
        return f"{self.tenant}/{self.experiment}/{self.unit}"


class OutcomeScored(Event):
    """What one answer was worth to one experiment, in one metric. A later one that supersedes it replaces it."""

    type: Literal["OutcomeScored"] = "OutcomeScored"
    answer_id: Identifier
    user_id: str | None = None
    experiment: str = NO_EXPERIMENT
    arm: str = ""
    unit: str = ""
    """Who or what was assigned: a user, a session or a question; of an outcome in no experiment the user."""
    metric: str
    """`feedback`, `exposed`, `abstained`, `blocked`, `failed`, `latency_ms` or `cost`."""
    score: float | None
    """None: what it supersedes is taken back, or nothing was said yet."""
    supersedes: str = ""
    """`event_id` of the outcome that this one replaces."""
    previous: float | None = None
    """Score of the outcome that this one replaces."""

    @property
    def slot(self) -> str:
        """Record key: outcomes of one unit of one experiment stay in order."""
        return f"{self.tenant}/{self.experiment}/{self.unit or self.answer_id}"
