"""The numbers of an experiment in, what follows from them out: from the state alone, with the evidence beside it.

In this order: an arm that does harm is rolled back; one that is better is shipped; an experiment that can find nothing
any more is stopped; what has done well so far is shown to more. Each rule may be asked at every look, since what it
asks of the numbers holds at every look.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from agents.experiments.bayes import thompson_weights
from agents.experiments.confidence_sequence import Sums
from schemas.experiments import Decision, Estimate, ExperimentDefined, Metric

Status = Literal["running", "stopped", "shipped", "rolled-back"]
MOVED: Final = 0.1
"""Least change of an arm's share by what was learnt; each change moves units, so there are to be few."""


@dataclass(frozen=True)
class Standing:
    """Where an experiment is."""

    definition: ExperimentDefined
    estimates: tuple[Estimate, ...]
    exposures: Mapping[str, int]
    """Units per arm that were given it first; those that two arms served are among them."""
    stage: int
    """Of the ramp, from 0."""
    stage_from: Mapping[str, int]
    """Units per arm when this stage of the ramp began."""
    weights: Mapping[str, float]
    """Those in force instead of the definition's."""
    primary: Mapping[str, Sums]

    @property
    def active(self) -> list[str]:
        """Arms that are given to anybody, the control first."""
        return [arm.name for arm in self.definition.arms if self.weights.get(arm.name, arm.weight) > 0]

    def estimate(self, metric: str, arm: str) -> Estimate:
        return next(each for each in self.estimates if (each.metric, each.arm) == (metric, arm))


@dataclass(frozen=True)
class Verdict:
    """What is to be done."""

    decision: Decision
    reason: str
    share: float
    arm: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    status: Status = "running"
    evidence: Mapping[str, float] = field(default_factory=dict)


def verdicts(standing: Standing) -> Iterator[Verdict]:
    """All that follows, the weightiest first."""
    yield from _roll_backs(standing)
    yield from _ships(standing)
    yield from _stops(standing)
    yield from _ramp_ups(standing)
    yield from _reweighted(standing)


def worse(metric: Metric, estimate: Estimate, margin: float) -> bool:
    """Whether the difference is certainly beyond the margin, on the worse side."""
    return estimate.high < -margin if metric.better == "higher" else estimate.low > margin


def better(metric: Metric, estimate: Estimate) -> bool:
    """Whether the arm is certainly better than the control."""
    return estimate.low > 0 if metric.better == "higher" else estimate.high < 0


def evidence_of(estimate: Estimate) -> dict[str, float]:
    """The numbers that a decision rests on."""
    names = ("units", "mean", "difference", "low", "high", "p_value")
    return {name: float(getattr(estimate, name)) for name in names}


def _roll_backs(standing: Standing) -> Iterator[Verdict]:
    definition = standing.definition
    for arm in standing.active[1:]:
        harms = [
            (metric, estimate, margin)
            for metric, margin in ((definition.primary, 0.0), *((each, each.margin) for each in definition.guardrails))
            if worse(metric, estimate := standing.estimate(metric.name, arm), margin)
        ]
        if not harms:
            continue
        metric, estimate, margin = harms[0]
        left = [each for each in standing.active[1:] if each != arm]
        beyond = f", by more than {margin:g}" if margin else ""
        yield Verdict(
            "roll-back",
            f"{arm} is worse than {standing.active[0]} in {metric.name}{beyond}",
            share=definition.ramp[standing.stage] if left else 0.0,
            arm=arm,
            weights={**standing.weights, arm: 0.0},
            status="running" if left else "rolled-back",
            evidence=evidence_of(estimate),
        )


def _ships(standing: Standing) -> Iterator[Verdict]:
    primary = standing.definition.primary
    found = [standing.estimate(primary.name, arm) for arm in standing.active[1:]]
    winners = [
        each for each in found if better(primary, each) and abs(each.difference) >= standing.definition.minimum_effect
    ]
    sign = 1 if primary.better == "higher" else -1
    for winner in sorted(winners, key=lambda each: (-sign * each.difference, each.arm))[:1]:
        yield Verdict(
            "ship",
            f"{winner.arm} is better than {standing.active[0]} in {primary.name}",
            share=0.0 if _is_a_label(standing.definition, winner.arm) else 1.0,
            arm=winner.arm,
            weights={arm.name: float(arm.name == winner.arm) for arm in standing.definition.arms},
            status="shipped",
            evidence=evidence_of(winner),
        )


def _is_a_label(definition: ExperimentDefined, name: str) -> bool:
    """Whether an arm is a label of its tenant's prompt and nothing else.

    Production becomes that version then and serves everybody. An experiment that went on would give the label to
    everybody, whatever production is rolled back to, and whatever version the label is moved to.
    """
    overrides = next(arm.overrides for arm in definition.arms if arm.name == name)
    own = definition.tenants in ((), (definition.tenant,))
    return own and "label" in overrides and overrides.keys() <= {"prompt", "label"}


def _stops(standing: Standing) -> Iterator[Verdict]:
    definition, primary = standing.definition, standing.definition.primary
    units = sum(standing.exposures.values())
    if units >= definition.maximum_units:
        reason = f"{units:,} units were seen and no arm is certainly better"
        yield Verdict("stop", reason, share=0.0, status="stopped", evidence={"units": float(units)})
        return
    found = [standing.estimate(primary.name, arm) for arm in standing.active[1:]]
    best = [each.high if primary.better == "higher" else -each.low for each in found]
    if best and max(best) < definition.minimum_effect:
        reason = f"no arm can be better in {primary.name} by {definition.minimum_effect:g}"
        yield Verdict("stop", reason, share=0.0, status="stopped", evidence={"most": max(best), "units": float(units)})


def _ramp_ups(standing: Standing) -> Iterator[Verdict]:
    definition = standing.definition
    if standing.stage + 1 >= len(definition.ramp) or len(standing.active) < 2:  # noqa: PLR2004 - nothing to compare
        return
    seen = min(standing.exposures.get(arm, 0) - standing.stage_from.get(arm, 0) for arm in standing.active)
    if seen >= definition.ramp_units:
        share = definition.ramp[standing.stage + 1]
        yield Verdict(
            "ramp-up",
            f"{seen:,} units of each arm were seen at {definition.ramp[standing.stage]:g}, without harm",
            share=share,
            weights=_learnt(standing) or dict(standing.weights),
            evidence={"units": float(seen)},
        )


def _reweighted(standing: Standing) -> Iterator[Verdict]:
    """Allocation by what was learnt, once the ramp has come to its end."""
    definition = standing.definition
    learnt = _learnt(standing)
    if not learnt or standing.stage + 1 < len(definition.ramp):
        return
    whole = sum(standing.weights.get(arm.name, arm.weight) for arm in definition.arms)
    moved = {
        arm.name: learnt.get(arm.name, 0.0) - standing.weights.get(arm.name, arm.weight) / whole
        for arm in definition.arms
    }
    if max(map(abs, moved.values())) >= MOVED:
        yield Verdict("ramp-up", "weights by what was learnt", definition.ramp[-1], weights=learnt, evidence=learnt)


def _learnt(standing: Standing) -> dict[str, float]:
    """Weights of the active arms by the chance to be best, 0 for the others; empty where allocation is fixed."""
    definition = standing.definition
    if definition.allocation == "fixed":
        return {}
    primary = definition.primary
    known = {arm: standing.primary.get(arm, Sums()) for arm in standing.active}
    learnt = thompson_weights(known, scale=primary.high - primary.low, higher_is_better=primary.better == "higher")
    return {arm.name: learnt.get(arm.name, 0.0) for arm in definition.arms}
