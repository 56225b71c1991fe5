"""Prompts and labels as they are published in, the version that serves out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from agents.answering.prompting import BUILT_IN, check_prompt
from schemas.prompts import PRODUCTION, PromptLabelled, PromptPublished

DEFAULT_TENANT: Final = "default"


@dataclass
class _Named:
    """What is known of one name of one tenant."""

    versions: dict[str, PromptPublished] = field(default_factory=dict)
    """In the order in which they were first published."""
    labels: dict[str, PromptLabelled] = field(default_factory=dict)

    def find(self, label: str, built_in: PromptPublished | None) -> PromptPublished | None:
        """The version that a label points at, or the version of that name; the built-in one is a version, too.

        A label whose version cannot be used stays where it was before. That is looked up each time: compaction may
        leave a label's record before that of its version.
        """
        known = self.versions if built_in is None else {built_in.version: built_in} | self.versions
        labelled = self.labels.get(label)
        if labelled is None:
            return known.get(label)
        found = (known.get(each) for each in (labelled.version, labelled.previous))
        return next((each for each in found if each is not None and not (label == PRODUCTION and _needs(each))), None)


class InMemoryPromptBook:
    """A `PromptBook` that is told what is published.

    A built-in prompt serves as production where nobody has labelled another, and can be asked for by its version.
    """

    def __init__(self, built_in: Sequence[PromptPublished] = BUILT_IN) -> None:
        self._built_in = {each.name: each for each in built_in}
        self._named: dict[tuple[str, str], _Named] = {}

    def apply(self, event: PromptPublished | PromptLabelled) -> None:
        """Take a version or a label in.

        Raises `PromptError` for a version that could not serve. It is then unknown, and labels that point at it stay
        where they were.
        """
        if isinstance(event, PromptLabelled):
            named = self._of(event.tenant, event.name)
            if event.version:
                named.labels[event.label] = event
            else:
                named.labels.pop(event.label, None)
        else:
            check_prompt(event, _characters_as_tokens)
            self._of(event.tenant, event.name).versions[event.version] = event

    def prompt(self, tenant: str, name: str, label: str) -> PromptPublished | None:
        """The version that `label` points at, or that it names itself: the tenant's own, the default tenant's, ours."""
        ours = self._built_in.get(name)
        for owner in dict.fromkeys((tenant, DEFAULT_TENANT)):
            named = self._named.get((owner, name))
            if named is not None and (found := named.find(label, ours)) is not None:
                return found
        return ours if ours is not None and label in {PRODUCTION, ours.version} else None

    def names(self, tenant: str) -> Sequence[str]:
        """Names of the tenant's prompts and of the built-in ones, in order."""
        known = {name for owner, name in self._named if owner == tenant}
        return sorted(known | set(self._built_in))

    def versions(self, tenant: str, name: str) -> Mapping[str, PromptPublished]:
        """A tenant's versions in the order of their first publication, the built-in one before all."""
        ours = self._built_in.get(name)
        named = self._named.get((tenant, name), _Named())
        return ({ours.version: ours} if ours else {}) | named.versions

    def labels(self, tenant: str, name: str) -> Mapping[str, PromptLabelled]:
        """A tenant's labels, by what they are called."""
        return dict(self._named.get((tenant, name), _Named()).labels)

    def _of(self, tenant: str, name: str) -> _Named:
        return self._named.setdefault((tenant, name), _Named())


def _needs(prompt: PromptPublished) -> bool:
    """Whether it needs a value for a parameter: in production nobody gives one."""
    return any(each.default is None for each in prompt.parameters)


def _characters_as_tokens(text: str) -> int:
    """A worker that only keeps prompts has no tokenizer; a check needs no better count."""
    return len(text) // 4
