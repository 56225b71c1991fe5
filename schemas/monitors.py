"""Monitors as events: what is watched and how, and the signals that are looked at."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from schemas.base64_bytes import Base64Bytes
from schemas.event import Event, Identifier, Name, Origin, Tick, Value, derive_id
from schemas.operations import Evidence, Severity

Source = Literal["answers", "questions", "feedback", "index", "documents", "operations"]
"""What a signal is taken from; what is watched of one tenant and one source stays in order."""
SOURCES: tuple[Source, ...] = ("answers", "questions", "feedback", "index", "documents", "operations")
MAX_SIGNALS = 128
SignalName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.:-]{0,127}$")]
SignalPattern = Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9_.:-]{0,126}\*?|[a-z0-9][a-z0-9_.:-]{127})$")]
"""A signal's name, or how it begins and a `*`."""


class Asked(Value):
    """How a detector is to watch. Its numbers are finite: JSON has no others, and would have nothing in their place."""

    model_config = ConfigDict(allow_inf_nan=False)


class Threshold(Asked):
    """The signal itself is beyond a bound; it is well again when it is back behind `clear`."""

    kind: Literal["threshold"] = "threshold"
    above: float | None = None
    below: float | None = None
    clear: float | None = None
    """Where it counts as well again; by default the bound itself. Between the two nothing changes."""

    @model_validator(mode="after")
    def _has_one_bound(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("a threshold has either `above` or `below`")
        return self


class BurnRate(Asked):
    """A service level: the share of bad events burns its error budget too fast, in a long and in a short window.

    Multiwindow, multi-burn-rate alerts of the Site Reliability Workbook (Beyer et al., O'Reilly 2018), chapter 5.
    """

    kind: Literal["burn-rate"] = "burn-rate"
    objective: float = Field(gt=0, lt=1)
    """Share of events that are to be good, as 0.99."""
    good_below: float | None = None
    """An event is good when its signal is at most this; without it, when the signal is 0."""
    long_s: float = Field(default=3_600.0, gt=0, le=604_800)
    short_s: float = Field(default=300.0, gt=0, le=604_800)
    factor: float = Field(default=14.4, gt=0)
    """How many times faster than allowed the budget burns."""
    minimum: int = Field(default=30, ge=1)
    """Events in the long window below which nothing is said."""


class MeanChange(Asked):
    """The mean of a signal changed: where in a window of the latest observations, and to what (ADR 24)."""

    kind: Literal["mean-change"] = "mean-change"
    low: float = 0.0
    high: float = 1.0
    """Bounds of the signal; a value beyond them counts as the bound."""
    scale: Literal["linear", "log"] = "linear"
    """`log` looks at ratios rather than differences: for latencies, sizes and costs. `low` must then be above 0."""
    minimum_effect: float = Field(default=0.0, ge=0)
    """Smallest difference of means that is worth telling, in the signal's own units; with the scale `log` a share: 0.2
    is a fifth more."""
    minimum_sd: float = Field(default=0.1, ge=0)
    """The same in standard deviations of the signal: many observations show differences that matter to nobody."""
    direction: Literal["any", "rise", "fall"] = "any"
    alpha: float = Field(default=0.01, gt=0, lt=0.5)
    """Chance of a false alarm within 10,000 observations of a signal that does not change."""
    minimum: int = Field(default=100, ge=16, le=10_000)
    """Observations that must have come before a change for it to be one."""
    settle: int = Field(default=2_000, ge=16)
    """Observations after which a new level that stays counts as normal."""
    seasonal: bool = False
    """Whether the hour of the week is allowed for; nothing is then said in the first week."""

    @model_validator(mode="after")
    def _has_a_range(self) -> Self:
        if self.low >= self.high:
            raise ValueError("`low` must be less than `high`")
        if self.scale == "log" and self.low <= 0:
            raise ValueError("with the scale `log`, `low` must be above 0: the smallest value that differs from none")
        return self


class CategoryShift(Asked):
    """A signal's categories are spread otherwise than in the reference window."""

    kind: Literal["category-shift"] = "category-shift"
    window: int = Field(default=500, ge=30, le=100_000)
    """Observations that are compared with the reference, which is at first as many and grows to ten times that."""
    minimum_effect: float = Field(default=0.1, ge=0)
    """Population stability index below which a difference is not worth telling."""
    alpha: float = Field(default=0.01, gt=0, lt=0.5)
    """Chance of a false alarm within 10,000 observations of a signal that does not change."""
    settle: int = Field(default=5_000, ge=30)
    """Observations after which a new spread that stays counts as normal."""


class QuestionDrift(Asked):
    """Questions lie elsewhere in embedding space than they did: maximum mean discrepancy with a permutation test."""

    kind: Literal["question-drift"] = "question-drift"
    reference: int = Field(default=500, ge=50, le=2_000)
    """Questions at the beginning that later ones are compared with."""
    window: int = Field(default=200, ge=30, le=2_000)
    minimum_effect: float = Field(default=0.01, ge=0)
    """Squared discrepancy as a share of the features' variance that is worth telling; questions that are all about
    something else have 0.1 to 0.3."""
    alpha: float = Field(default=0.01, gt=0, lt=0.5)
    """Chance of a false alarm within 10,000 questions that do not change."""


class Coverage(Asked):
    """Questions come for which the index has nothing near: what to write next."""

    kind: Literal["coverage"] = "coverage"
    near: float = Field(default=0.35, ge=-1, le=1)
    """Similarity of the best passage below which a question counts as not covered."""
    share: float = Field(default=0.3, gt=0, le=1)
    window: int = Field(default=200, ge=30, le=10_000)


class NoData(Asked):
    """Nothing came for a while, though something used to."""

    kind: Literal["no-data"] = "no-data"
    after_s: float = Field(default=3_600.0, gt=0, le=2_592_000)
    minimum: int = Field(default=20, ge=1)
    """Events that must have come before silence means anything."""
    gaps: float = Field(default=0.0, ge=0, le=100)
    """The silence must also be so many times as long as the longest one of the last weeks: nights and weekends."""


class Rate(Asked):
    """More of a signal came in a while than should: its sum over a window."""

    kind: Literal["rate"] = "rate"
    above: float = Field(ge=0)
    clear: float | None = None
    """Where it counts as well again; by default half of the bound."""
    window_s: float = Field(default=600.0, gt=0, le=604_800)

    @property
    def back(self) -> float:
        """Where it counts as well again."""
        return self.above / 2 if self.clear is None else min(self.clear, self.above)


Detector = Annotated[
    Threshold | BurnRate | Rate | MeanChange | CategoryShift | QuestionDrift | Coverage | NoData,
    Field(discriminator="kind"),
]


class MonitorDefined(Event):
    """A signal is to be watched as defined; the latest definition of a name replaces the earlier one."""

    type: Literal["MonitorDefined"] = "MonitorDefined"
    name: Name
    about: str = Field(default="", max_length=1_000)
    source: Source
    signal: SignalPattern
    """A name of the source's values, labels or, for `question-drift` and `coverage`, `question`. It may end in `*`:
    then each signal that begins so is watched by itself."""
    where: dict[str, str] = Field(default_factory=dict, max_length=16)
    """Labels that an observation must have."""
    detector: Detector
    severity: Severity = "warning"
    for_s: float = Field(default=0.0, ge=0, le=86_400)
    """How long a condition must last before it is an alert."""
    keep_s: float = Field(default=300.0, ge=0, le=86_400)
    """How long it must be well again before the alert is resolved."""
    renotify_s: float = Field(default=14_400.0, ge=60, le=2_592_000)
    disabled: bool = False

    @property
    def slot(self) -> str:
        """Key on the compacted topic: the last definition is kept."""
        return f"{self.tenant}/{self.name}#monitor"

    @property
    def version(self) -> str:
        """Hash of the content."""
        content = self.model_dump_json(exclude={"event_id", "at", "type", "about"})
        return derive_id("monitor", content)[:8]


class BaselineSet(Event):
    """From now on a monitor compares with what it has seen since; or with what was kept under a name before."""

    type: Literal["BaselineSet"] = "BaselineSet"
    monitor: Name
    baseline: Name = "current"
    """`current` takes the recent window as the new reference; another name keeps it, or goes
    back to it if it is kept."""
    action: Literal["take", "keep", "restore"] = "take"
    reason: str = Field(default="", max_length=1_000)

    @property
    def slot(self) -> str:
        """Key on the compacted topic."""
        return f"{self.tenant}/{self.monitor}#baseline/{self.baseline}"


class Ticked(Tick):
    """The beat of the watch role: samples of lag and of what ragstream depends on are taken."""

    type: Literal["Ticked"] = "Ticked"
    slot: Identifier = "tick"


class WatchTicked(Tick):
    """For monitors of one tenant and source: silence is looked at, and windows in which nothing came."""

    type: Literal["WatchTicked"] = "WatchTicked"


class SignalsObserved(Event):
    """What one answer, outcome, document or sample shows, as numbers and categories; its id comes from its origin."""

    type: Literal["SignalsObserved"] = "SignalsObserved"
    source: Source
    values: dict[SignalName, float] = Field(default_factory=dict, max_length=MAX_SIGNALS)
    labels: dict[SignalName, str] = Field(default_factory=dict, max_length=MAX_SIGNALS)
    """Categories, and what the observation was made under: `language`, `embedder`, `prompt`, `policy`, `arm`, …"""
    vector: Base64Bytes | None = None
    """Direction of the question's or document's embedding: one signed byte a dimension (agents/sketches.py)."""
    text: str = Field(default="", max_length=1_000)
    """Of the question, for examples; as it stands in the answer's event, so redacted where the guard redacted it."""
    evidence: Evidence = Evidence()
    origin: Origin | None = None
    """The record that shows it. A partition's come in order, so one that is not behind the last one was seen before."""

    @property
    def slot(self) -> str:
        """Record key: what is watched of one tenant and one source stays in order."""
        return f"{self.tenant}/{self.source}"


class MonitorOpened(Event):
    """A definition, or a baseline, as the monitors see it: in order with what they watch."""

    type: Literal["MonitorOpened"] = "MonitorOpened"
    source: Source
    definition: MonitorDefined | None = None
    baseline: BaselineSet | None = None

    @property
    def slot(self) -> str:
        """Record key, as that of the signals."""
        return f"{self.tenant}/{self.source}"
