"""A definition and what is published in, a reason against running it out: what it names has to exist, and be free."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.experiments import Arm, ExperimentDecided, ExperimentDefined
from schemas.failures import ConfigurationError
from schemas.prompts import PRODUCTION
from streams.experiment_book import DEFAULT_TENANT, check_definition
from streams.experiment_log import ExperimentLog

LEAST_SHARE: Final = 0.001
"""Of an arm among the arms' weights: what gets fewer units than that is a slip of the pen."""


@dataclass(frozen=True)
class Served:
    """Names that workers with the settings of here serve; an arm may name no other."""

    generators: Sequence[str]
    embedders: Sequence[str]


def check_references(definition: ExperimentDefined, log: ExperimentLog, served: Served) -> None:
    """Raises `ConfigurationError` for an override, prompt, version, policy, generator or embedder that is not there."""
    check_definition(definition)
    for arm in definition.arms:
        for reason in _missing(definition, arm, log, served):
            raise ConfigurationError(f"experiment {definition.name}, arm {arm.name}: {reason}")


def check_against(definition: ExperimentDefined, log: ExperimentLog, served: Served) -> None:
    """As `check_references`, and raises for weights that make no sense, or for units that another experiment has."""
    check_references(definition, log, served)
    for arm, share in shares(definition).items():
        if share < LEAST_SHARE:
            raise ConfigurationError(f"experiment {definition.name}: arm {arm} would get {share:.4%} of the units only")
    for other, decision in log.book.all():
        # One of the same name is replaced by it, or for its tenant stood in for.
        if other.name != definition.name and running(other, decision) and _meet(definition, other):
            for reason in _conflicts(definition, other):
                raise ConfigurationError(f"experiment {definition.name}: {reason}")


def shares(definition: ExperimentDefined) -> dict[str, float]:
    """Of each arm: its share of the units that take part, 0 to 1."""
    whole = sum(arm.weight for arm in definition.arms)
    return {arm.name: arm.weight / whole for arm in definition.arms}


def running(definition: ExperimentDefined, decision: ExperimentDecided | None) -> bool:
    """Whether an experiment gives arms to anybody; one that has shipped does, until it is stopped."""
    return not definition.stopped and (decision is None or decision.share > 0)


def _missing(definition: ExperimentDefined, arm: Arm, log: ExperimentLog, served: Served) -> Iterator[str]:
    given = arm.overrides
    if "prompt" in given or "label" in given:
        name, label = str(given.get("prompt", "answer")), str(given.get("label", PRODUCTION))
        for tenant in definition.tenants or (definition.tenant,):
            if log.prompts.prompt(tenant, name, label) is None:
                yield f"tenant {tenant} has no prompt {name!r} with a version or label {label!r}: publish it first"
    if "policy" in given and log.policies.named(str(given["policy"])) is None:
        yield f"there is no policy {given['policy']!r}: publish it first"
    for kind, names, more in (
        ("generator", served.generators, ""),
        ("embedder", served.embedders, ": name it in RAGSTREAM_EMBEDDER__CANDIDATES, for all roles and commands"),
    ):
        if kind in given and given[kind] not in names:
            yield f"there is no {kind} {given[kind]!r} here; there is {' and '.join(names)}{more}"


def _meet(one: ExperimentDefined, other: ExperimentDefined) -> bool:
    """Whether a question can be eligible for both."""
    mine, others = _tenants(one), _tenants(other)
    return not mine or not others or bool(mine & others)


def _tenants(definition: ExperimentDefined) -> frozenset[str]:
    """Whose questions it takes in; empty for everybody's."""
    own = definition.tenant
    return frozenset(definition.tenants) if own == DEFAULT_TENANT else frozenset({own})


def _conflicts(one: ExperimentDefined, other: ExperimentDefined) -> Iterator[str]:
    if one.layer == other.layer:
        if one.tenant != other.tenant:
            yield f"its layer {one.layer!r} is one of {other.tenant}/{other.name} too, which runs: take another layer"
        elif one.unit != other.unit:
            yield f"in its layer {one.layer!r} {other.name} runs by {other.unit}, not by {one.unit}: take another layer"
        elif max(one.layer_from, other.layer_from) < min(one.layer_to, other.layer_to):
            yield (
                f"it overlaps with {other.name}, which has {other.layer_from:g} to {other.layer_to:g} of layer "
                f"{one.layer!r}: take another stretch, or stop that one"
            )
        return
    twice = _changed(one) & _changed(other)
    if twice:
        yield f"{other.name} runs in another layer and changes {min(twice)} as well: put both into one layer"


def _changed(definition: ExperimentDefined) -> set[str]:
    return {name for arm in definition.arms for name in arm.overrides}
