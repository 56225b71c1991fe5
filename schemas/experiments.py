"""Experiments as events: what is tried on whom, what counts as better, and what was decided on which evidence."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.event import Event, Identifier, Origin, Tenant, UtcDatetime, Value, derive_id

Unit = Literal["user", "session", "question"]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
RAMP = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Shares of the eligible units that take part, step by step."""
Decision = Literal["start", "ramp-up", "roll-back", "stop", "ship"]
Scalar = str | int | float | bool


class Arm(Value):
    """One way to answer. Without overrides it is the system as it stands."""

    name: Name
    weight: float = Field(default=1.0, gt=0, le=1_000)
    overrides: dict[str, Scalar] = Field(default_factory=dict)
    """By name: `prompt`, `label`, `generator`, `embedder`, `policy`, `mode`, `fusion`, `alpha`, `top_k`,
    `per_document`, `min_similarity`, `min_support`."""


class Metric(Value):
    """What is compared between arms: the mean over units of what each unit's answers were worth."""

    name: str = "feedback"
    better: Literal["higher", "lower"] = "higher"
    low: float = -1.0
    high: float = 1.0
    """Bounds of a unit's value; a value beyond them counts as the bound."""
    margin: float = Field(default=0.0, ge=0)
    """For a guardrail metric: how much worse than the control an arm may be."""

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"the bounds of metric {self.name} leave no room: low must be below high")
        return self


class ExperimentDefined(Event):
    """An experiment is to run as defined; the latest definition of a name replaces the earlier one."""

    type: Literal["ExperimentDefined"] = "ExperimentDefined"
    name: Name
    about: str = ""
    unit: Unit = "user"
    layer: Name = "default"
    """Experiments of one layer never share a unit."""
    layer_from: float = Field(default=0.0, ge=0, le=1)
    layer_to: float = Field(default=1.0, ge=0, le=1)
    """The stretch of the layer's units that this experiment takes."""
    tenants: tuple[Tenant, ...] = ()
    """Whose questions are eligible; empty for everybody's."""
    arms: Annotated[tuple[Arm, ...], Field(min_length=2, max_length=16)]
    """The first is the control."""
    primary: Metric = Metric()
    guardrails: Annotated[tuple[Metric, ...], Field(max_length=16)] = ()
    minimum_effect: float = Field(default=0.0, ge=0)
    """Smallest difference in the primary metric that is worth shipping."""
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    """Chance of a false alarm over the whole life of the experiment, all arms and metrics together."""
    ramp: Annotated[tuple[Annotated[float, Field(gt=0, le=1)], ...], Field(min_length=1, max_length=16)] = RAMP
    ramp_units: int = Field(default=100, ge=1)
    """Units per arm that have to be seen on a step before the next one."""
    maximum_units: int = Field(default=1_000_000, ge=1)
    """Units in all, after which the experiment stops without a winner."""
    mode: Literal["automatic", "advisory"] = "advisory"
    """Whether decisions take effect by themselves, or are only told."""
    allocation: Literal["fixed", "thompson"] = "fixed"
    adjust: Literal["past", "none"] = "past"
    """Whether differences are adjusted by what units were worth before the experiment, where they have a past."""
    stopped: bool = False
    """Nobody is assigned any more; what was assigned still counts."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        names = [arm.name for arm in self.arms]
        if len(set(names)) != len(names):
            raise ValueError("two arms have the same name")
        if not self.layer_from < self.layer_to:
            raise ValueError("layer_from must be below layer_to")
        if list(self.ramp) != sorted(set(self.ramp)):
            raise ValueError("the ramp must rise with every step")
        return self

    @property
    def version(self) -> str:
        """Hash of the content."""
        content = self.model_dump_json(exclude={"event_id", "at", "type", "about"}, exclude_defaults=True)
        return derive_id("experiment", content)[:8]

    @property
    def slot(self) -> str:
        """Key on the compacted topic: the last definition is kept."""
        return f"{self.tenant}/{self.name}#definition"


class ExperimentDecided(Event):
    """What follows from an experiment's numbers. In automatic mode it is in force, in advisory mode it is advice."""

    type: Literal["ExperimentDecided"] = "ExperimentDecided"
    name: Name
    version: str
    """Of the definition that it was decided for."""
    decision: Decision
    arm: str = ""
    """Shipped, or rolled back."""
    overrides: dict[str, Scalar] = Field(default_factory=dict)
    """Of that arm."""
    share: float = Field(default=0.0, ge=0, le=1)
    """Of the eligible units that take part from now on."""
    weights: dict[str, float] = Field(default_factory=dict)
    """Of the arms, where they are allocated by what was learnt."""
    in_force: bool = False
    reason: str = ""
    evidence: dict[str, float] = Field(default_factory=dict)
    """The numbers that it follows from."""

    @property
    def slot(self) -> str:
        """Key on the compacted topic: the last decision is kept."""
        return f"{self.tenant}/{self.name}#decision"


class ExperimentOpened(Event):
    """A definition as those who count see it: in order with what is counted."""

    type: Literal["ExperimentOpened"] = "ExperimentOpened"
    experiment: str
    definition: ExperimentDefined

    @property
    def slot(self) -> str:
        """Record key, as that of the experiment's other events."""
        return f"{self.tenant}/{self.experiment}"


class UnitScored(Event):
    """A unit's mean in one metric changed."""

    type: Literal["UnitScored"] = "UnitScored"
    experiment: str
    """Its name; behind its tenant and a slash when that is not the unit's."""
    arm: str
    unit: str
    metric: str
    value: float | None
    """Mean of the unit's outcomes; None when none is left."""
    previous: float | None = None
    """The value that this one replaces; None when it is the unit's first."""
    past: float | None = None
    """The unit's mean before it was first exposed to the experiment; None when it has no past."""
    previous_past: float | None = None
    """That which was told with `previous`."""
    origin: Origin | None = None
    """The outcome that changed it, `at` being when it came: who counts, counts what came from there once."""

    @property
    def slot(self) -> str:
        """Record key: all that is counted for one experiment stays in order, whichever tenant's unit it is."""
        return self.experiment if "/" in self.experiment else f"{self.tenant}/{self.experiment}"


class Estimate(Value):
    """One metric of one arm, with its difference from the control's."""

    arm: str
    metric: str
    units: int = Field(ge=0)
    mean: float = 0.0
    """As it was seen: unadjusted."""
    with_past: int = Field(default=0, ge=0)
    """Units that have a past."""
    variance_removed: float = Field(default=0.0, ge=0, le=1)
    """Share of the metric's variance that the units' pasts explain, and that the difference is without."""
    difference: float = 0.0
    """Adjusted, where units have a past."""
    low: float = 0.0
    high: float = 0.0
    """Confidence sequence of the difference: holds at every look, with all arms and metrics allowed for."""
    p_value: float = 1.0
    """Always valid: may be looked at after every outcome."""
    probability_best: float = 0.0
    expected_loss: float = 0.0


class ExperimentReported(Event):
    """The numbers of an experiment at one moment."""

    type: Literal["ExperimentReported"] = "ExperimentReported"
    name: Name
    version: str
    share: float = 0.0
    started_at: UtcDatetime | None = None
    exposures: dict[str, int] = Field(default_factory=dict)
    """Units per arm."""
    outcomes: int = 0
    estimates: tuple[Estimate, ...] = ()
    srm_p_value: float = 1.0
    """Always valid test of the split against the weights; below 0.001 the numbers are not to be trusted."""
    trusted: bool = True
    """False when the split is not what was configured: then nothing is decided."""
    status: Literal["running", "stopped", "shipped", "rolled-back"] = "running"
    decision: Identifier | None = None
    """The latest decision, in words."""
