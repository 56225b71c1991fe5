"""Monitors as people write them, in YAML, in; events out, and back.

A file holds one monitor, or several under `monitors`. What it leaves out of a monitor that has the name of a default
stays as the default has it: `name: role-waits` and `disabled: true` are a whole file.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_args

import yaml
from pydantic import ValidationError

from agents.monitors import DEFAULTS
from schemas.event import Tenant
from schemas.failures import ConfigurationError
from schemas.monitors import Detector, MonitorDefined
from streams.codec import field_reasons
from streams.yaml_reader import read_yaml_file

_EVENT: Final = frozenset({"type", "event_id", "at", "tenant", "read_from"})
_FIELDS: Final = [name for name in MonitorDefined.model_fields if name not in _EVENT]
_DETECTORS: Final[Mapping[str, Any]] = {
    each.model_fields["kind"].default: each for each in get_args(get_args(Detector)[0])
}
QUESTION: Final = "question"
OF_QUESTIONS: Final = ("question-drift", "coverage")


def read_monitor_file(path: Path, tenant: Tenant) -> Sequence[MonitorDefined]:
    """The monitors in a YAML file, of `tenant`. Raises `ConfigurationError` in one sentence."""
    found = read_yaml_file(path)
    several = found.get("monitors") if isinstance(found, dict) and found.keys() == {"monitors"} else [found]
    if not isinstance(several, list) or not several or not all(isinstance(each, dict) for each in several):
        raise ConfigurationError(f"{path} holds no monitor: `name: …`, `source: …`, `signal: …` and `detector: …`")
    monitors = [_monitor(each, tenant, str(path)) for each in several]
    names = [each.name for each in monitors]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"{path}: the monitor {name} stands twice")
    return monitors


def monitor_object(definition: MonitorDefined) -> dict[str, Any]:
    """A monitor as a file would hold it: what is not as it is where a file does not say it."""
    new = all(each.name != definition.name for each in DEFAULTS)
    fields = definition.model_dump(mode="json", exclude={*_EVENT, "detector"}, exclude_defaults=new)
    detector = definition.detector.model_dump(mode="json", exclude_defaults=new)
    return {**fields, "detector": {"kind": definition.detector.kind, **detector}}


def monitor_yaml(definition: MonitorDefined) -> str:
    """A monitor as a file that `read_monitor_file` reads."""
    return str(yaml.safe_dump(monitor_object(definition), sort_keys=False, allow_unicode=False, indent=2))


def _monitor(given: dict[str, Any], tenant: str, where: str) -> MonitorDefined:
    name = given.get("name")
    where = f"{where}, monitor {name}" if isinstance(name, str) else where
    _check_names(given, _FIELDS, where, "")
    usual = next((each for each in DEFAULTS if each.name == name), None)
    whole = _over(usual, given)
    detector = whole.get("detector")
    if not isinstance(detector, dict) or detector.get("kind") not in _DETECTORS:
        raise ConfigurationError(f"{where}: detector.kind is one of {', '.join(_DETECTORS)}")
    _check_names(detector, list(_DETECTORS[detector["kind"]].model_fields), where, "detector.")
    try:
        definition = MonitorDefined.model_validate({**whole, "tenant": tenant})
    except ValidationError as error:
        raise ConfigurationError(f"{where}: {field_reasons(error)}") from None
    _check_signal(definition, where)
    return definition


def _over(usual: MonitorDefined | None, given: dict[str, Any]) -> dict[str, Any]:
    """What is given over a default, detector and all when it is of the same kind."""
    if usual is None:
        return given
    detector = given.get("detector", {})
    if isinstance(detector, dict) and detector.get("kind", usual.detector.kind) == usual.detector.kind:
        detector = {**usual.detector.model_dump(), **detector}
    return {**usual.model_dump(exclude={*_EVENT}), **given, "detector": detector}


def _check_names(given: Mapping[Any, Any], known: Sequence[str], where: str, before: str) -> None:
    for name in given:
        if name not in known:
            raise ConfigurationError(f"{where}: there is no {before}{name}; what there is: {', '.join(known)}")


def _check_signal(definition: MonitorDefined, where: str) -> None:
    kind = definition.detector.kind
    if (kind in OF_QUESTIONS) != (definition.signal == QUESTION):
        raise ConfigurationError(
            f"{where}: the signal {QUESTION} is for detectors of the kinds {' and '.join(OF_QUESTIONS)}, "
            f"and they look at no other"
        )
