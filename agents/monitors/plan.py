"""A source and what a tenant defined for it in; what is watched of it, ready to be gone through at each event, out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from agents.monitors.defaults import DEFAULTS
from agents.monitors.detecting import Detector
from agents.monitors.registry import DETECTORS
from agents.monitors.state import Definitions, content_of
from schemas.event import Value, derive_id
from schemas.monitors import MonitorDefined, Source

MAX_PLANS = 4_096


@dataclass(frozen=True)
class Watching:
    """One monitor."""

    definition: MonitorDefined
    detector: Detector[Any, Any]
    asked: Value
    """How it is to watch: the definition's part for the detector."""
    share: float
    """Of the chance of a false alarm; 1 where nothing is left to chance."""
    wild: bool
    """Whether each signal that begins as `prefix` is watched by itself."""
    prefix: str
    version: str
    """Of what its detectors depend on: with another one they begin anew."""
    facts: str
    """All that it says, also of how it is told."""
    where: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The monitor's."""
        return self.definition.name


@dataclass(frozen=True)
class Plan:
    """What is watched of one source."""

    digest: str
    exact: tuple[Watching, ...]
    wild: tuple[Watching, ...]
    by_name: Mapping[str, Watching]
    versions: Mapping[str, str]


def key_of(monitor: Watching, signal: str) -> str:
    """Where the detector of a signal is kept."""
    return f"{monitor.name}/{signal}" if monitor.wild else monitor.name


@lru_cache(maxsize=MAX_PLANS)
def plan_of(source: Source, definitions: Definitions) -> Plan:
    """The defaults of the source and what was defined; a definition replaces the default of its name."""
    defined = {each.name: each for each in definitions.monitors}
    usual = {each.name: each for each in DEFAULTS}
    active = [
        each
        for each in ({**usual, **defined}).values()
        if each.source == source and not each.disabled and each.detector.kind in DETECTORS
    ]
    tests = sum(hasattr(each.detector, "alpha") for each in active)
    watching = [_watching(each, tests) for each in active]
    return Plan(
        digest=derive_id("plan", *(each.facts for each in watching)),
        exact=tuple(each for each in watching if not each.wild),
        wild=tuple(each for each in watching if each.wild),
        by_name={each.name: each for each in watching},
        versions={each.name: each.version for each in watching},
    )


def _watching(definition: MonitorDefined, tests: int) -> Watching:
    parts = {"source", "signal", "where", "detector"}
    return Watching(
        definition=definition,
        detector=DETECTORS[definition.detector.kind],
        asked=definition.detector,
        share=1 / tests if hasattr(definition.detector, "alpha") else 1.0,
        wild=definition.signal.endswith("*"),
        prefix=definition.signal.removesuffix("*"),
        version=derive_id("detector", definition.model_dump_json(include=parts))[:8],
        facts=content_of(definition),
        where=tuple(definition.where.items()),
    )
