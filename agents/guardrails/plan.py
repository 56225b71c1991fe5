"""A tenant's policies in, for each stage the rules that look there out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from agents.guardrails.policy import ActiveRule, Opened, Registry, activate
from schemas.guardrails import PolicyPublished, RuleSetting, Stage


@dataclass(frozen=True)
class Plan:
    """What is done with one tenant's texts."""

    policies: tuple[PolicyPublished, ...]
    references: tuple[str, ...]
    """`name@version` of each policy."""
    stages: Mapping[Stage, tuple[ActiveRule, ...]]


def make_plan(policies: Sequence[PolicyPublished], registry: Registry, opened: Opened | None = None) -> Plan:
    """Merge policies, the general ones first.

    General policies add up: two that set the same rule are both in force, so that publishing one never switches off
    a part of another. What a policy that names the tenant says of a rule at a stage stands in place of all that the
    general ones say of it there; the action `allow` thus switches a rule off, for these tenants alone.
    """
    made = {id(setting): activate(setting, registry, opened) for policy in policies for setting in policy.rules}
    order = {name: number for number, name in enumerate(registry)}
    stages: dict[Stage, tuple[ActiveRule, ...]] = {}
    for stage in get_args(Stage):
        settings = sorted(_merged(policies, stage), key=lambda setting: order.get(setting.rule, len(order)))
        stages[stage] = tuple(made[id(setting)] for setting in settings)
    return Plan(tuple(policies), tuple(policy.reference for policy in policies), stages)


def _merged(policies: Sequence[PolicyPublished], stage: Stage) -> Iterator[RuleSetting]:
    own = {setting.rule for policy in policies if policy.tenants for setting in policy.rules if stage in setting.stages}
    for policy in policies:
        for setting in policy.rules:
            stands = bool(policy.tenants) or setting.rule not in own
            if stage in setting.stages and setting.action != "allow" and stands:
                yield setting
