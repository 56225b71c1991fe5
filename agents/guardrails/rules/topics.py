"""What may be talked about: topics that are refused, and, for an assistant with one job, the only ones that aren't."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from pydantic import field_validator

from agents.guardrails.context import Words
from agents.guardrails.normalise import fold
from agents.guardrails.rule import Hit, Rule, RuleOptions
from agents.guardrails.topic_words import TOPICS
from agents.guardrails.views import Views
from agents.ports import Subject
from schemas.guardrails import Stage


class TopicOptions(RuleOptions):
    """What `topic` can be told. With nothing, it finds nothing."""

    denied: tuple[str, ...] = ()
    """Names of topics that come with the rule: medical, legal, financial, politics and so on."""
    denied_words: tuple[str, ...] = ()
    """Words and phrases of your own; one that ends in `*` stands for every word that begins so."""
    allowed_words: tuple[str, ...] = ()
    """If there are any, a text of some length without one of them is off topic."""
    least_words: int = 4
    """A shorter text, such as a greeting, is never off topic."""

    @field_validator("denied")
    @classmethod
    def _known(cls, denied: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(denied) - set(TOPICS))
        if unknown:
            raise ValueError(f"no topic is called {', '.join(unknown)}; choose from {', '.join(TOPICS)}")
        return denied


class TopicRule(Rule[TopicOptions]):
    """Topics to leave alone."""

    name: ClassVar[str] = "topic"
    about: ClassVar[str] = (
        "Topics that a policy denies, by name or by words of its own, and texts without any of the words it allows."
    )
    stages: ClassVar[tuple[Stage, ...]] = ("question", "answer")
    Options: ClassVar[type[RuleOptions]] = TopicOptions

    def __init__(self, options: TopicOptions) -> None:
        super().__init__(options)
        self._denied = {name: Words(fold(TOPICS[name])) for name in options.denied}
        if options.denied_words:
            self._denied["one of the policy's own"] = Words(_together(options.denied_words))
        self._allowed = Words(_together(options.allowed_words)) if options.allowed_words else None

    def find(self, views: Views, subject: Subject) -> Sequence[Hit]:  # noqa: ARG002 - the view is all it needs
        """A hit for each denied topic, and one when the text is off topic; all about the whole text."""
        text = views.plain.text
        hits = [Hit(0.8, f"Denied topic: {name}.") for name, words in self._denied.items() if words.within(text)]
        if self._allowed and len(text.split()) >= self.options.least_words and not self._allowed.within(text):
            hits.append(Hit(0.6, "Off topic: none of the allowed words."))
        return hits


def _together(phrases: Iterable[str]) -> str:
    """As `Words` takes them, folded like the view that is read."""
    return " ".join("_".join(fold(phrase).split()) for phrase in phrases)
