"""What is known of all monitors of one tenant and one source: small, frozen, JSON."""

from typing import Annotated, Any, Final

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from agents.monitors.counted import Taken
from agents.monitors.registry import DetectorState
from schemas.conditions import ConditionRaised
from schemas.event import EPOCH, UtcDatetime, Value, derive_id
from schemas.monitors import MonitorDefined

MAX_DEFINED: Final = 64
"""Definitions of one tenant and source."""
MAX_NAMES: Final = 64
"""Signals that one monitor with a `*` watches."""
MAX_BASELINES: Final = 8
"""Kept by one tenant and source; the oldest goes."""
MAX_OPENED: Final = 16
"""Definitions and baselines that are known when they come again after a crash."""


class Definitions(Value):
    """What a tenant defined for a source, beside the defaults or in place of them. Equal when their digests are."""

    digest: str = ""
    monitors: tuple[MonitorDefined, ...] = ()

    def __hash__(self) -> int:
        """It is asked at each event, so it is kept short."""
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        """By digest."""
        return isinstance(other, Definitions) and self.digest == other.digest

    def having(self, definition: MonitorDefined) -> "Definitions":
        """With one more, or another one of its name."""
        others = [each for each in self.monitors if each.name != definition.name]
        return Definitions.of([*others, definition])

    def without(self, name: str) -> "Definitions":
        """As if nobody had defined it."""
        return Definitions.of([each for each in self.monitors if each.name != name])

    @classmethod
    def of(cls, monitors: list[MonitorDefined]) -> "Definitions":
        """All of them, by name."""
        if not monitors:
            return cls()
        ordered = sorted(monitors, key=lambda each: each.name)
        return cls(digest=derive_id(*(content_of(each) for each in ordered)), monitors=tuple(ordered))


def content_of(definition: MonitorDefined) -> str:
    """All that a definition says, but when it was said."""
    return definition.model_dump_json(exclude={"event_id", "at", "type"})


class Cause(Value):
    """Something that explains a change: since then answers are made otherwise."""

    label: str
    value: str
    at: UtcDatetime


class Causes(Value):
    """Which embedders, prompts and policies observations were made under."""

    last: dict[str, dict[str, int]] = Field(default_factory=dict)
    """Label to value to the number of the observation at which it was last seen, about."""
    recent: tuple[Cause, ...] = ()
    """The latest changes, oldest first."""


def _readable(given: Any, handler: ValidatorFunctionWrapHandler) -> dict[str, Any]:
    """Detectors that this version can read; another one's state that it cannot read begins anew."""
    try:
        return dict(handler(given))
    except ValidationError:
        if not isinstance(given, dict):
            raise
    found: dict[str, Any] = {}
    for key, each in given.items():
        try:
            found |= handler({key: each})
        except ValidationError:
            continue
    return found


Detectors = Annotated[dict[str, DetectorState], WrapValidator(_readable)]


class Kept(Value):
    """A baseline that has a name."""

    monitor: str
    baseline: str
    version: str
    """Of what the detectors depend on."""
    detectors: Detectors


class Watched(Value):
    """The state of the step. Keys are a monitor's name, or `name/signal` where its signal ends in `*`."""

    definitions: Definitions = Definitions()
    opened: tuple[str, ...] = ()
    fitted: str = ""
    """Digest of all that is watched, defaults too, that the rest goes with."""
    versions: dict[str, str] = Field(default_factory=dict)
    """Monitor to what its detectors were started with."""
    detectors: Detectors = Field(default_factory=dict)
    raised: dict[str, ConditionRaised] = Field(default_factory=dict)
    """Conditions that hold, as they were told; `key!` is that of a detector that failed."""
    broken: dict[str, int] = Field(default_factory=dict)
    """Monitors whose detector failed, with the observations that went well since."""
    observed: int = 0
    """Observations so far."""
    taken: dict[str, Taken] = Field(default_factory=dict)
    """Topic and partition to the offset of the last record that was counted."""
    causes: Causes = Causes()
    baselines: tuple[Kept, ...] = ()
    at: UtcDatetime = EPOCH
    """The latest time that was seen."""
