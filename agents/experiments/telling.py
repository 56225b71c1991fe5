"""The state of an experiment in, what is told of it out: reports, decisions, occurrences, under ids of the state."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, Protocol

from agents.experiments.decide import Status, Verdict
from agents.experiments.ratio_mismatch import ALPHA, p_value
from schemas.conditions import ConditionRaised
from schemas.event import Event, UtcDatetime, derive_id
from schemas.experiments import Estimate, ExperimentDecided, ExperimentDefined, ExperimentReported

SEVERITY: Final[Mapping[str, Literal["info", "warning", "critical"]]] = {"roll-back": "critical", "stop": "warning"}
"""Of what is told of a decision; what is not listed is for information."""


class Told(Protocol):
    """What is needed of a tally."""

    @property
    def share(self) -> float: ...
    @property
    def status(self) -> Status: ...
    @property
    def started_at(self) -> UtcDatetime | None: ...
    @property
    def exposures(self) -> Mapping[str, int]: ...
    @property
    def changes(self) -> int: ...
    @property
    def decisions(self) -> int: ...
    @property
    def decision(self) -> str: ...
    @property
    def trusted(self) -> bool: ...
    @property
    def split_evidence(self) -> float: ...


def reported(
    state: Told, definition: ExperimentDefined, estimates: tuple[Estimate, ...], event: Event
) -> ExperimentReported:
    """The numbers as they are after `event`."""
    primary = [each for each in estimates if each.metric == definition.primary.name]
    return ExperimentReported(
        event_id=_id("reported", definition, state.changes, state.decisions),
        tenant=definition.tenant,
        at=event.at,
        name=definition.name,
        version=definition.version,
        share=state.share,
        started_at=state.started_at,
        exposures=dict(state.exposures),
        outcomes=sum(each.units for each in primary),
        estimates=estimates,
        srm_p_value=p_value(state.split_evidence),
        trusted=state.trusted,
        status=state.status,
        decision=state.decision[:512] or None,
    )


def decided(
    state: Told, definition: ExperimentDefined, verdict: Verdict, event: Event, *, in_force: bool
) -> Sequence[Event]:
    """The decision, and of all but the start an occurrence that people are told of."""
    arm = next((each for each in definition.arms if each.name == verdict.arm), None)
    decision = ExperimentDecided(
        event_id=_id("decided", definition, state.decisions),
        tenant=definition.tenant,
        at=event.at,
        name=definition.name,
        version=definition.version,
        decision=verdict.decision,
        arm=verdict.arm,
        overrides={} if arm is None else arm.overrides,
        share=verdict.share,
        weights=dict(verdict.weights),
        in_force=in_force,
        reason=verdict.reason,
        evidence=dict(verdict.evidence),
    )
    if verdict.decision == "start":
        return (decision,)
    name = f"experiment-{verdict.decision}"
    advice = "" if in_force else " (advice)"
    told = ConditionRaised(
        event_id=derive_id("condition", decision.event_id),
        tenant=definition.tenant,
        at=event.at,
        fingerprint=_id(name, definition, verdict.arm),
        name=name,
        labels=_labels(definition) | ({"arm": verdict.arm} if verdict.arm else {}),
        severity=SEVERITY.get(verdict.decision, "info"),
        summary=f"{definition.name}: {verdict.decision} {verdict.arm}".rstrip() + f", {verdict.reason}{advice}",
        value=verdict.evidence.get("difference", verdict.share),
        since=event.at,
        once=True,
    )
    return decision, told


def told_of_mismatch(state: Told, definition: ExperimentDefined, event: Event) -> ConditionRaised:
    """The split is not what was configured: nothing is decided any more."""
    counts = ", ".join(f"{arm} {units:,}" for arm, units in sorted(state.exposures.items()))
    return ConditionRaised(
        event_id=_id("mismatch", definition, state.changes),
        tenant=definition.tenant,
        at=event.at,
        fingerprint=_id("mismatch", definition),
        name="experiment-sample-ratio-mismatch",
        labels=_labels(definition),
        severity="critical",
        summary=f"{definition.name}: units are not split as configured ({counts}); its numbers are not to be trusted",
        value=p_value(state.split_evidence),
        threshold=ALPHA,
        since=event.at,
        once=True,
    )


def _labels(definition: ExperimentDefined) -> dict[str, str]:
    return {"experiment": definition.name, "version": definition.version}


def _id(what: str, definition: ExperimentDefined, *parts: str | int) -> str:
    return derive_id(what, definition.tenant, definition.name, definition.version, *parts)
