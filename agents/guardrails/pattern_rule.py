"""What rules for things of a known shape have in common: they look at the numeric view and answer with spans."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from agents.guardrails.rule import Hit, Rule, RuleOptions
from agents.guardrails.views import Views
from agents.ports import Subject
from schemas.chunks import Span

O = TypeVar("O", bound=RuleOptions)  # noqa: E741 - one letter, as type variables are named


class PatternRule(Rule[O]):
    """A rule that reads one view of the text, in which numbers are in ASCII, and points at places in it."""

    @abstractmethod
    def spot(self, text: str) -> Iterable[Hit]:
        """What there is in `text`, every hit with a span into it."""

    def find(self, views: Views, subject: Subject) -> Sequence[Hit]:  # noqa: ARG002 - the view is all it needs
        """As `spot`, with spans into `subject.text`."""
        view = views.numeric
        if view.starts is None and view.inside is None:
            return list(self.spot(view.text))
        return [replace(hit, span=view.span(hit.span.start, hit.span.end)) for hit in self.spot(view.text) if hit.span]


def hit(score: float, reason: str, start: int, end: int) -> Hit:
    """A hit from `start` to `end`."""
    return Hit(score=score, reason=reason, span=Span(start=start, end=end))
