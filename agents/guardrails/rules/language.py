"""Which languages a text may be in: those that the documents, the model and the other rules are good at."""

from collections.abc import Sequence
from typing import ClassVar, Final

from pydantic import Field, field_validator

from agents.guardrails.rule import Hit, Rule, RuleOptions
from agents.guardrails.views import Views
from agents.language import language_of
from agents.ports import Subject
from schemas.chunks import UNDETERMINED
from schemas.guardrails import Stage

_CODE_LENGTHS: Final = (2, 3)


class LanguageOptions(RuleOptions):
    """What `language` can be told."""

    allowed: tuple[str, ...] = ()
    """ISO 639 codes such as `en`; with none, every language is allowed and nothing is ever found."""
    least_letters: int = Field(default=20, ge=1)
    """A shorter text passes: too few letters say nothing of their language."""

    @field_validator("allowed")
    @classmethod
    def _codes(cls, allowed: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [code for code in allowed if len(code) not in _CODE_LENGTHS or not code.islower()]
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: languages are named by their code, such as en, de or zh")
        return allowed


class LanguageRule(Rule[LanguageOptions]):
    """Texts in languages that are not allowed."""

    name: ClassVar[str] = "language"
    about: ClassVar[str] = "Texts in a language that `allowed` doesn't name. Short and unclear ones pass."
    stages: ClassVar[tuple[Stage, ...]] = ("question", "document", "answer")
    Options: ClassVar[type[RuleOptions]] = LanguageOptions

    def find(self, views: Views, subject: Subject) -> Sequence[Hit]:  # noqa: ARG002 - the text is all it needs
        """One hit about the whole text, or none."""
        if not self.options.allowed or sum(map(str.isalpha, subject.text[:200])) < self.options.least_letters:
            return ()
        language = language_of(subject.text)
        if language in (*self.options.allowed, UNDETERMINED):
            return ()
        return (Hit(0.9, f"Written in {language}, which is not among the languages allowed."),)
