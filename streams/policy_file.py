"""A policy as people write it, in YAML, in; the event out, and back."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.guardrails.policy import Registry, check_policy
from agents.guardrails.rules import BY_NAME
from schemas.event import Identifier, Tenant
from schemas.failures import ConfigurationError
from schemas.guardrails import MAX_RULES, PolicyPublished, RuleSetting
from streams.codec import field_reasons
from streams.yaml_reader import read_yaml_file
from streams.yaml_text import yaml_text


class _Setting(RuleSetting):
    """An event ignores fields that it does not know; in a person's file such a field is a slip of the pen."""

    model_config = ConfigDict(extra="forbid")


class _File(BaseModel):
    """What a file holds: a policy without what makes it an event."""

    model_config = ConfigDict(extra="forbid")

    name: Identifier
    tenants: Annotated[tuple[Tenant, ...], Field(max_length=1_000)] = ()
    rules: Annotated[tuple[_Setting, ...], Field(max_length=MAX_RULES)]


def read_policy_file(path: Path, registry: Registry = BY_NAME) -> PolicyPublished:
    """The policy in a YAML file, checked: every rule, stage and option exists. Raises `ConfigurationError`."""
    found = read_yaml_file(path)
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path} holds no policy: `name: …` and `rules: …` are wanted")
    try:
        file = _File.model_validate(found)
    except ValidationError as error:
        raise ConfigurationError(f"{path}: {field_reasons(error)}") from None
    settings = [RuleSetting.model_validate(setting.model_dump()) for setting in file.rules]
    policy = PolicyPublished(name=file.name, tenants=file.tenants, rules=tuple(settings))
    try:
        check_policy(policy, registry)
    except ConfigurationError as error:
        raise ConfigurationError(f"{path}: {error}") from None
    return policy


def policy_object(policy: PolicyPublished) -> dict[str, Any]:
    """A policy as a file would hold it: what is not at its default."""
    rules = [
        {"rule": setting.rule, **setting.model_dump(mode="json", exclude_defaults=True), "action": setting.action}
        for setting in policy.rules
    ]
    tenants = {"tenants": list(policy.tenants)} if policy.tenants else {}
    return {"name": policy.name, **tenants, "rules": rules}


def policy_yaml(policy: PolicyPublished) -> str:
    """A policy as a file that `read_policy_file` reads."""
    return yaml_text(policy_object(policy))
