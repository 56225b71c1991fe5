"""A definition and the sums of its arms in, one estimate per metric and arm out: with every test allowed for.

Contrasts of the primary metric are one family, those of guardrail metrics another, since one asks for good news and the
other for bad. Each family shares the experiment's alpha evenly among its tests (Bonferroni).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from agents.experiments.adjustment import adjusted, variance_removed
from agents.experiments.bayes import beliefs
from agents.experiments.confidence_sequence import Comparison, Sums, compare
from agents.experiments.ratio_mismatch import p_value
from schemas.experiments import Estimate, ExperimentDefined, Metric

SMALL: Final = 0.05
"""The effect that is looked for, as a share of the metric's range, where the definition names none."""
Compared = Mapping[str, Comparison | None]
"""Contrast's name to what is known of it at this look; None while that is too little."""
SumsOf = Mapping[str, Mapping[str, Sums]]
"""Metric to arm to sums."""


@dataclass(frozen=True)
class Contrast:
    """One question to the numbers: whether this arm differs from the control in this metric."""

    metric: Metric
    arm: str
    alpha: float
    """Share of the family's alpha."""
    effect: float
    tests: int
    """In the family."""

    @property
    def name(self) -> str:
        return f"{self.metric.name}/{self.arm}"

    def compared(self, sums: SumsOf, control: str) -> Comparison | None:
        """None while too little is known."""
        by_arm = sums.get(self.metric.name, {})
        return compare(
            by_arm.get(control, Sums()),
            by_arm.get(self.arm, Sums()),
            alpha=self.alpha,
            effect=self.effect,
            scale=self.metric.high - self.metric.low,
        )


def contrasts_of(definition: ExperimentDefined) -> Iterator[Contrast]:
    """All tests of an experiment, those of the primary metric first."""
    treatments = [arm.name for arm in definition.arms[1:]]
    for family in ((definition.primary,), definition.guardrails):
        count = len(treatments) * len(family)
        for metric in family:
            wanted = definition.minimum_effect if metric is definition.primary else metric.margin
            effect = wanted or SMALL * (metric.high - metric.low)
            for arm in treatments:
                yield Contrast(metric, arm, definition.alpha / count, effect, count)


def comparisons(definition: ExperimentDefined, sums: SumsOf) -> Compared:
    """All contrasts at this look."""
    control = definition.arms[0].name
    used = {metric.name: used_of(definition, sums, metric) for metric in (definition.primary, *definition.guardrails)}
    return {test.name: test.compared(used, control) for test in contrasts_of(definition)}


def used_of(definition: ExperimentDefined, sums: SumsOf, metric: Metric) -> Mapping[str, Sums]:
    """Per arm what the metric's tests use: adjusted by the units' pasts, unless the definition wants none of that."""
    by_arm = {arm.name: sums.get(metric.name, {}).get(arm.name, Sums()) for arm in definition.arms}
    return by_arm if definition.adjust == "none" else adjusted(by_arm)


def with_evidence(compared: Compared, evidence: Mapping[str, float]) -> dict[str, float]:
    """The largest log evidence of each contrast, this look included: what always valid p-values are made of."""
    return {
        name: max(evidence.get(name, 0.0), found.log_evidence if found else 0.0) for name, found in compared.items()
    }


def estimates(
    definition: ExperimentDefined, sums: SumsOf, compared: Compared, evidence: Mapping[str, float]
) -> tuple[Estimate, ...]:
    """One per metric and arm, the control included. Of what is not known yet the interval is all that there is."""
    tests = {(test.metric.name, test.arm): test for test in contrasts_of(definition)}
    found = []
    for metric in (definition.primary, *definition.guardrails):
        by_arm = {arm.name: sums.get(metric.name, {}).get(arm.name, Sums()) for arm in definition.arms}
        used = used_of(definition, sums, metric)
        removed = variance_removed(by_arm, used)
        scale = metric.high - metric.low
        believed = beliefs(used, scale=scale, higher_is_better=metric.better == "higher")
        for arm, own in by_arm.items():
            test = tests.get((metric.name, arm))
            found.append(
                Estimate(
                    arm=arm,
                    metric=metric.name,
                    units=own.units,
                    mean=own.mean,
                    with_past=own.past.units,
                    variance_removed=removed,
                    **_difference(None if test is None else compared[test.name], scale, known=test is None),
                    p_value=1.0 if test is None else _adjusted(test, evidence),
                    probability_best=believed[arm].probability_best,
                    expected_loss=believed[arm].expected_loss,
                )
            )
    return tuple(found)


def _difference(compared: Comparison | None, scale: float, *, known: bool) -> dict[str, float]:
    if compared is not None:
        return {
            "difference": compared.difference,
            "low": max(-scale, compared.low),
            "high": min(scale, compared.high),
        }
    return {} if known else {"low": -scale, "high": scale}


def _adjusted(test: Contrast, evidence: Mapping[str, float]) -> float:
    return min(1.0, p_value(evidence.get(test.name, 0.0)) * test.tests)


def within(definition: ExperimentDefined, metric: str, value: float | None) -> float | None:
    """A unit's value, no further than the metric's bounds; as it is when the experiment does not ask for it."""
    bounds = next((each for each in (definition.primary, *definition.guardrails) if each.name == metric), None)
    if value is None or bounds is None or math.isnan(value):
        return value
    return min(max(value, bounds.low), bounds.high)
