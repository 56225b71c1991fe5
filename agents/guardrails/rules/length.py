"""How long a text may be: a question of a hundred pages is a document, or is meant to push others out of a prompt."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from agents.guardrails.rule import Hit, Rule, RuleOptions
from agents.guardrails.views import Views
from agents.ports import Subject
from schemas.guardrails import Stage


class LengthOptions(RuleOptions):
    """What `length` can be told."""

    max_characters: int = Field(default=4_000, ge=1)
    """Most Unicode code points; 4,000 are some 600 words."""


class LengthRule(Rule[LengthOptions]):
    """Texts that are too long."""

    name: ClassVar[str] = "length"
    about: ClassVar[str] = "Texts of more than `max_characters` characters, 4,000 unless told otherwise."
    stages: ClassVar[tuple[Stage, ...]] = ("question", "answer")
    Options: ClassVar[type[RuleOptions]] = LengthOptions

    def find(self, views: Views, subject: Subject) -> Sequence[Hit]:  # noqa: ARG002 - the text is all it needs
        """One hit about the whole text, or none."""
        if len(subject.text) <= self.options.max_characters:
            return ()
        return (Hit(1.0, f"Longer than {self.options.max_characters} characters."),)
