"""Policies as they are published in, those in force for a tenant out."""

from collections.abc import Sequence
from typing import Final

from agents.guardrails.default_policy import DEFAULT_POLICY
from agents.guardrails.policy import Registry, check_policy
from agents.guardrails.rules import BY_NAME
from schemas.failures import ConfigurationError
from schemas.guardrails import PolicyPublished

KEPT: Final = "the version before it stays in force"
UNDERSTOOD: Final = "none was in force before, so it is, and what cannot be read of it counts as not checked"


class InMemoryPolicyBook:
    """A `PolicyBook` that is told what is published. The default policy is in it until another of its name is."""

    def __init__(self, default: PolicyPublished = DEFAULT_POLICY, registry: Registry = BY_NAME) -> None:
        self._default = default
        self._registry = registry
        self._by_name = {default.name: default}

    def apply(self, event: PolicyPublished) -> None:
        """Put a policy in force in place of the one of its name. One without rules withdraws that one.

        A withdrawn default policy gives way to the built-in one: guards are switched off by name only.
        Raises `ConfigurationError` for a policy that cannot be read. The version before it then stays in force; when
        there is none, as after a restart, it comes into force all the same, since the alternative is no guard at all.
        """
        try:
            check_policy(event, self._registry)
        except ConfigurationError as error:
            followed = KEPT if event.name in self._by_name else UNDERSTOOD
            self._by_name.setdefault(event.name, event)
            raise ConfigurationError(f"{error}; {followed}") from None
        if event.rules:
            self._by_name[event.name] = event
        elif event.name == self._default.name:
            self._by_name[event.name] = self._default
        else:
            self._by_name.pop(event.name, None)

    def policies(self, tenant: str) -> Sequence[PolicyPublished]:
        """Those that apply to a tenant, the general ones first, then by name."""
        mine = [policy for policy in self._by_name.values() if not policy.tenants or tenant in policy.tenants]
        return sorted(mine, key=_rank)

    def named(self, name: str) -> PolicyPublished | None:
        """The policy of that name, whomever it is for."""
        return self._by_name.get(name)

    def all(self) -> Sequence[PolicyPublished]:
        """Those of every tenant, the general ones first, then by name."""
        return sorted(self._by_name.values(), key=_rank)


class TrialPolicies:
    """A `PolicyBook` as another one has it, with one of its policies in place of the default one, for whoever asks."""

    def __init__(self, book: InMemoryPolicyBook, trial: str) -> None:
        self._book = book
        self._trial = trial

    def policies(self, tenant: str) -> Sequence[PolicyPublished]:
        """Those in force, without the default one; one that was withdrawn since leaves them as they are."""
        trial = self._book.named(self._trial)
        applied = self._book.policies(tenant)
        if trial is None:
            return applied
        replaced = {DEFAULT_POLICY.name, trial.name}
        return [trial, *(each for each in applied if each.name not in replaced)]


def _rank(policy: PolicyPublished) -> tuple[bool, str]:
    return bool(policy.tenants), policy.name
