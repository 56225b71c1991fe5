"""What may be asked for: an assistant that answers from documents need not write poems, programs or essays."""

from collections.abc import Sequence
from typing import ClassVar

import re2
from pydantic import field_validator

from agents.guardrails.rule import Hit, Rule, RuleOptions
from agents.guardrails.topic_words import INTENTS
from agents.guardrails.views import Views
from agents.ports import Subject
from schemas.guardrails import Stage


class IntentOptions(RuleOptions):
    """What `intent` can be told. With nothing, it finds nothing."""

    denied: tuple[str, ...] = ()
    """Names of intents: write-code, creative-writing, essay, translation, role-play, advice, opinion, competitors."""

    @field_validator("denied")
    @classmethod
    def _known(cls, denied: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(denied) - set(INTENTS))
        if unknown:
            raise ValueError(f"no intent is called {', '.join(unknown)}; choose from {', '.join(INTENTS)}")
        return denied


class IntentRule(Rule[IntentOptions]):
    """Tasks to refuse."""

    name: ClassVar[str] = "intent"
    about: ClassVar[str] = "Tasks that a policy denies: to write code, poems or essays, to translate, to give advice."
    stages: ClassVar[tuple[Stage, ...]] = ("question",)
    Options: ClassVar[type[RuleOptions]] = IntentOptions

    def __init__(self, options: IntentOptions) -> None:
        super().__init__(options)
        self._patterns = {name: re2.compile(f"(?is){INTENTS[name]}") for name in options.denied}

    def find(self, views: Views, subject: Subject) -> Sequence[Hit]:  # noqa: ARG002 - the view is all it needs
        """The first place of each denied intent."""
        view = views.plain
        found = ((name, pattern.search(view.text)) for name, pattern in self._patterns.items())
        return [
            Hit(0.7, f"Denied intent: {name}.", view.span(match.start(), match.end())) for name, match in found if match
        ]
