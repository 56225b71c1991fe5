"""A definition and the questions of a day in, how many units it needs and how long that takes out."""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

from agents.experiments.assignment import MEASURED, unit_of
from schemas.experiments import ExperimentDefined
from schemas.questions import QuestionAsked
from streams.experiment_book import DEFAULT_TENANT

POWER: Final = 0.8
COST_OF_LOOKING: Final = 1.5
"""Units in comparison with a test that is looked at once (docs/adr/0016)."""


@dataclass(frozen=True)
class Traffic:
    """What came in a day that an experiment would take in."""

    questions: int
    eligible: int
    """Questions that say the unit, of tenants that take part."""
    units: int


class TrafficCount:
    """Counts questions as they are read: each once, however often it comes."""

    def __init__(self, definition: ExperimentDefined) -> None:
        self._definition = definition
        self._questions: set[tuple[str, str]] = set()
        self._units: set[tuple[str, str]] = set()
        self._eligible = 0

    def add(self, question: QuestionAsked) -> None:
        """Take a question in."""
        key = question.tenant, question.query_id
        if key in self._questions:
            return
        self._questions.add(key)
        unit = unit_of(question, self._definition.unit)
        if unit and takes_in(self._definition, question.tenant):
            self._eligible += 1
            self._units.add((question.tenant, unit))

    @property
    def total(self) -> Traffic:
        """What was counted so far."""
        return Traffic(len(self._questions), self._eligible, len(self._units))


def takes_in(definition: ExperimentDefined, tenant: str) -> bool:
    """Whether questions of a tenant are eligible."""
    if definition.tenant != DEFAULT_TENANT:
        return tenant == definition.tenant
    return not definition.tenants or tenant in definition.tenants


def units_needed(definition: ExperimentDefined) -> int | None:
    """Units per arm at most, to see the minimum effect with a chance of 80 %; None without a minimum effect.

    The formula is that of two means at one look, with the variance of a metric whose values lie at its bounds, times
    what looking all the time costs. Values that are less spread need fewer.
    """
    effect = definition.minimum_effect
    if not effect:
        return None
    variance = ((definition.primary.high - definition.primary.low) / 2) ** 2
    normal = NormalDist()
    alpha = definition.alpha / (len(definition.arms) - 1)
    quantiles = normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(POWER)
    return math.ceil(COST_OF_LOOKING * 2 * variance * (quantiles / effect) ** 2)


def forecast(definition: ExperimentDefined, day: Traffic) -> dict[str, Any]:
    """What a person wants to know before it starts; `days` is None where nobody can say."""
    needed = units_needed(definition)
    smallest = min(arm.weight for arm in definition.arms) / sum(arm.weight for arm in definition.arms)
    stretch = definition.layer_to - definition.layer_from
    a_day = day.units * stretch
    days = None
    counted = 1.0 if definition.allocation == "fixed" else MEASURED
    if needed is not None and a_day:
        days = round(needed / smallest / counted / a_day / definition.ramp[-1], 1)
    return {
        "questions_of_the_last_day": day.questions,
        "units_of_the_last_day": day.units,
        "units_at_first": round(a_day * definition.ramp[0], 1),
        "units_needed_per_arm_at_most": needed,
        "days_at_full_share_at_most": days,
    }
