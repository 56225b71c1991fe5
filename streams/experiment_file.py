"""An experiment as people write it, in YAML, in; the event out, and back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import ConfigDict, Field, ValidationError, model_validator

from schemas.event import Tenant
from schemas.experiments import Arm, ExperimentDefined, Metric
from schemas.failures import ConfigurationError
from streams.codec import field_reasons
from streams.yaml_reader import read_yaml_file

METRICS: Final[Mapping[str, Mapping[str, Any]]] = {
    "feedback": {"better": "higher", "low": -1.0, "high": 1.0},
    "abstained": {"better": "lower", "low": 0.0, "high": 1.0},
    "blocked": {"better": "lower", "low": 0.0, "high": 1.0},
    "failed": {"better": "lower", "low": 0.0, "high": 1.0},
    "latency_ms": {"better": "lower", "low": 0.0, "high": 30_000.0},
    "cost": {"better": "lower", "low": 0.0, "high": 1.0},
}
"""What can be measured, with what a file need not say of it."""

_EVENT: Final = frozenset({"type", "event_id", "at", "tenant"})


class _Metric(Metric):
    """An event ignores fields that it does not know; in a person's file such a field is a slip of the pen."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _is_known(cls, given: Any) -> Any:
        given = {"name": given} if isinstance(given, str) else given
        if not isinstance(given, dict):
            return given
        name = given.get("name", "feedback")
        if name not in METRICS:
            raise ValueError(f"there is no metric {name!r}; those are {', '.join(METRICS)}")
        return {**METRICS[name], **given}


class _Arm(Arm):
    model_config = ConfigDict(extra="forbid")


class _File(ExperimentDefined):
    """What a file holds: a definition without what makes it an event."""

    model_config = ConfigDict(extra="forbid")

    arms: Annotated[tuple[_Arm, ...], Field(min_length=2, max_length=16)]
    primary: _Metric = _Metric(name="feedback")
    guardrails: Annotated[tuple[_Metric, ...], Field(max_length=16)] = ()

    @model_validator(mode="before")
    @classmethod
    def _is_no_event(cls, given: Any) -> Any:
        for name in _EVENT & given.keys() if isinstance(given, dict) else ():
            raise ValueError(f"{name} is not written into the file")
        return given

    @model_validator(mode="after")
    def _measures_each_once(self) -> "_File":
        names = [self.primary.name, *(each.name for each in self.guardrails)]
        if len(set(names)) != len(names):
            raise ValueError("a metric stands twice, or as primary and among the guardrails")
        return self


def read_experiment_file(path: Path, tenant: Tenant) -> ExperimentDefined:
    """The experiment in a YAML file, of `tenant`. What it refers to is `check_against`'s to say.

    Raises `ConfigurationError` in one sentence.
    """
    found = read_yaml_file(path)
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path} holds no experiment: `name: …` and `arms: …` are wanted")
    try:
        given = _File.model_validate(found).model_dump(exclude={"type", "event_id", "at", "tenant"})
        return ExperimentDefined.model_validate({**given, "tenant": tenant})
    except ValidationError as error:
        raise ConfigurationError(f"{path}: {field_reasons(error)}") from None


def experiment_object(definition: ExperimentDefined) -> dict[str, Any]:
    """An experiment as a file would hold it: what is not at its default."""
    fields = definition.model_dump(mode="json", exclude=set(_EVENT), exclude_defaults=True)
    if "primary" in fields:
        fields["primary"] = _metric_object(definition.primary)
    if "guardrails" in fields:
        fields["guardrails"] = [_metric_object(each) for each in definition.guardrails]
    return fields


def _metric_object(metric: Metric) -> dict[str, Any]:
    usual = {**Metric().model_dump(), **METRICS.get(metric.name, {})}
    given = metric.model_dump()
    return {"name": metric.name} | {name: value for name, value in given.items() if value != usual[name]}


def experiment_yaml(definition: ExperimentDefined) -> str:
    """An experiment as a file that `read_experiment_file` reads."""
    fields = experiment_object(definition)
    text = _dumped(fields, as_it_is=True)
    # The library leaves some line breaks that are not ours as they are, and reads them as spaces.
    return text if text.replace("\n", "").isprintable() else _dumped(fields, as_it_is=False)


def _dumped(fields: dict[str, Any], *, as_it_is: bool) -> str:
    return str(yaml.safe_dump(fields, sort_keys=False, allow_unicode=as_it_is, indent=2))
