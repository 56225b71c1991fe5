"""Toxic language: somebody insulted, threatened or wished dead, and hatred of groups; rude words alone count less."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

import re2

from agents.guardrails.context import Words
from agents.guardrails.normalise import fold
from agents.guardrails.rule import Hit, Rule, RuleOptions
from agents.guardrails.toxic_words import AIMED, DIRECT, HARMLESS, HATE, INSULTS, PROFANITY, THREATS
from agents.guardrails.view import View
from agents.guardrails.views import Views
from agents.ports import Subject
from schemas.guardrails import Stage

_INSULTS: Final = Words(fold(INSULTS))
_PROFANITY: Final = Words(fold(PROFANITY))
_HATE: Final = Words(fold(HATE))
_HARMLESS: Final = Words(fold(HARMLESS))
_THREATS: Final = re2.compile(THREATS)
_DIRECT: Final = re2.compile(DIRECT)
_AIMED: Final = Words(fold(AIMED))
_AROUND: Final = 60
"""Characters on either side in which a harmless meaning shows, about a sentence."""
_NEAR: Final = 24
"""Characters on either side in which it shows who is meant."""


class ToxicityOptions(RuleOptions):
    """What `toxicity` can be told."""

    words: tuple[str, ...] = ()
    """Words and phrases of your own that are toxic wherever they stand; `*` at the end for any ending."""
    allowed_words: tuple[str, ...] = ()
    """Words of the rule's lists that are fine with you."""


class ToxicityRule(Rule[ToxicityOptions]):
    """Toxic language."""

    name: ClassVar[str] = "toxicity"
    about: ClassVar[str] = (
        "Threats against people, hatred of groups, insults aimed at somebody, in a dozen languages; rude words "
        "that are aimed at nobody score 0.4. Killing processes and other harmless uses pass."
    )
    stages: ClassVar[tuple[Stage, ...]] = ("question", "document", "passage", "answer")
    Options: ClassVar[type[RuleOptions]] = ToxicityOptions

    def __init__(self, options: ToxicityOptions) -> None:
        super().__init__(options)
        own = " ".join("_".join(fold(phrase).split()) for phrase in options.words)
        self._own = Words(own) if own else None
        self._allowed = frozenset(fold(word) for word in options.allowed_words)

    def find(self, views: Views, subject: Subject) -> Sequence[Hit]:  # noqa: ARG002 - the view is all it needs
        """Every place, with a score for how bad it is."""
        view = views.plain
        return [
            Hit(score, reason, view.span(start, end))
            for score, reason, start, end in self._places(view)
            if view.text[start:end] not in self._allowed
        ]

    def _places(self, view: View) -> Iterator[tuple[float, str, int, int]]:
        text = view.text
        for match in _THREATS.finditer(text):
            if not _harmless(text, match.start(), match.end()):
                yield 0.9, "A threat, or a wish for somebody's death.", match.start(), match.end()
        for start, end in _HATE.places(text):
            if not _harmless(text, start, end):
                yield 0.9, "Hatred of a group.", start, end
        for start, end in _INSULTS.places(text):
            aimed = _AIMED.within(text[max(0, start - _NEAR) : end + _NEAR]) and not _harmless(text, start, end)
            yield (0.7, "An insult aimed at somebody.", start, end) if aimed else (0.4, "An insult.", start, end)
        for match in _DIRECT.finditer(text):
            if not _harmless(text, match.start(), match.end()):
                yield 0.7, "An insult aimed at somebody.", match.start(), match.end()
        for start, end in _PROFANITY.places(text):
            yield 0.4, "A rude word.", start, end
        for start, end in self._own.places(text) if self._own else ():
            yield 0.9, "One of the policy's own words.", start, end


def _harmless(text: str, start: int, end: int) -> bool:
    """Whether what stands around says that nobody is meant."""
    return _HARMLESS.within(text[max(0, start - _AROUND) : start] + " " + text[end : end + _AROUND])
