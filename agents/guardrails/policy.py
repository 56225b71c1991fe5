"""A policy's settings in, rules ready to run out, or one sentence about what is wrong with a setting."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, TypeAlias

from pydantic import ValidationError

from agents.guardrails.rule import Rule
from agents.guardrails.rules import BY_NAME
from schemas.failures import ConfigurationError
from schemas.guardrails import Action, PolicyPublished, RuleSetting

Registry: TypeAlias = Mapping[str, type[Rule[Any]]]

DEFAULT_NAME: Final = "default"
"""Name of the policy that is in force for everybody until another of this name is published."""
_NOWHERE_TO_ABSTAIN: Final = ("document", "passage")
"""No answer is being made of a document, and a passage that may not be used is left out of one."""


@dataclass(frozen=True)
class ActiveRule:
    """A rule as a policy has set it."""

    setting: RuleSetting
    rule: Rule[Any] | None
    """None when the setting cannot be read: the rule then counts as one that cannot look."""
    problem: str = ""
    """Why it cannot be read."""

    @property
    def threshold(self) -> float:
        """Least score of a hit that counts."""
        if self.setting.threshold is not None or self.rule is None:
            return self.setting.threshold or 0.0
        return self.rule.threshold

    @property
    def action_on_error(self) -> Action:
        """What becomes of a text that the rule could not look at."""
        setting = self.setting
        on_error = setting.on_error or ("closed" if setting.action == "block" else "open")
        return setting.action if on_error == "closed" else "flag"


Opened: TypeAlias = dict[tuple[str, str], Rule[Any]]
"""Rules by name and options: what a rule works out from its options can take megabytes."""


def activate(setting: RuleSetting, registry: Registry = BY_NAME, opened: Opened | None = None) -> ActiveRule:
    """The rule that a setting names, with its options; taken from `opened`, or kept there, where that is given."""
    try:
        return ActiveRule(setting, _opened(setting, registry, {} if opened is None else opened))
    except ConfigurationError as error:
        return ActiveRule(setting, None, str(error))


def check_policy(policy: PolicyPublished, registry: Registry = BY_NAME) -> None:
    """Raises `ConfigurationError` when a setting names no rule, a stage the rule does not serve, or a wrong option."""
    if policy.name == DEFAULT_NAME and policy.tenants:
        raise ConfigurationError(
            f"the policy {DEFAULT_NAME} is for everybody: leave `tenants` out, or give the policy another name"
        )
    opened: Opened = {}
    for number, setting in enumerate(policy.rules):
        try:
            _opened(setting, registry, opened)
        except ConfigurationError as error:
            raise ConfigurationError(f"policy {policy.name}, rules[{number}]: {error}") from None


def _opened(setting: RuleSetting, registry: Registry, opened: Opened) -> Rule[Any]:
    kind = registry.get(setting.rule)
    if kind is None:
        near = get_close_matches(setting.rule, registry, n=1)
        hint = f"the nearest is {near[0]!r}" if near else "`ragstream guardrails rules` lists them"
        raise ConfigurationError(f"there is no rule {setting.rule!r}; {hint}")
    for stage in setting.stages:
        if stage not in kind.stages:
            raise ConfigurationError(f"the rule {kind.name} looks at {_listed(kind.stages)}, not at the stage {stage}")
        if setting.action == "abstain" and stage in _NOWHERE_TO_ABSTAIN:
            raise ConfigurationError(f"a {stage} cannot make an answer abstain: flag, redact or block it")
    try:
        options = kind.Options.model_validate(setting.options)
        key = kind.name, options.model_dump_json()
        if key not in opened:
            opened[key] = kind(options)
        return opened[key]
    except ValidationError as error:
        raise ConfigurationError(_option_problem(kind, error)) from None


def _option_problem(kind: type[Rule[Any]], error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    option = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = f"its options are {_listed(kind.Options.model_fields)}" if kind.Options.model_fields else "it has none"
        return f"the rule {kind.name} has no option {option!r}: {known}"
    said = problem["msg"].removeprefix("Value error, ")
    return f"the option {option!r} of the rule {kind.name} cannot be used: {said}"


def _listed(names: Mapping[str, Any] | tuple[str, ...]) -> str:
    return ", ".join(names)
