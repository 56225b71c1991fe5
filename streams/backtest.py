"""Logged texts and two guards in, what the second would do differently from the first out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from agents.ports import Guard, Subject
from schemas.answers import Answer, AnswerBlocked, AnswerServed
from schemas.event import Event
from schemas.guardrails import Action, Stage, Verdict
from schemas.questions import QuestionAsked

MAX_EXAMPLES: Final = 10
"""Of each kind of change."""


@dataclass(frozen=True)
class LoggedText:
    """A text of the log and whose it is."""

    query_id: str
    tenant: str
    stage: Stage
    text: str
    sources: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What guards are asked about."""
        return Subject(stage=self.stage, text=self.text, tenant=self.tenant, sources=self.sources)


def logged_text(event: Event) -> LoggedText | None:
    """What guards looked at in an event; None for an event without such a text."""
    if isinstance(event, QuestionAsked):
        return LoggedText(event.query_id, event.tenant, "question", event.text)
    if isinstance(event, AnswerServed | AnswerBlocked) and event.text:
        return LoggedText(event.query_id, event.tenant, "answer", event.text, _quotes(event))
    return None


def _quotes(answer: Answer) -> tuple[str, ...]:
    return tuple(citation.quote for citation in answer.citations)


@dataclass(frozen=True)
class RuleCount:
    """What one rule did, before and after; keys of the tallies."""

    stage: Stage
    rule: str
    action: str
    checked: bool


@dataclass(frozen=True)
class Change:
    """From one action to another."""

    stage: Stage
    before: Action
    after: Action


@dataclass
class Backtest:
    """Counts what two guards say of the same texts. A text that comes again, as after a redelivery, counts once."""

    before: Guard
    after: Guard
    texts: Counter[Stage] = field(default_factory=Counter)
    changes: Counter[Change] = field(default_factory=Counter)
    examples: dict[Change, list[LoggedText]] = field(default_factory=dict)
    rules_before: Counter[RuleCount] = field(default_factory=Counter)
    rules_after: Counter[RuleCount] = field(default_factory=Counter)
    _seen: set[tuple[Stage, str]] = field(default_factory=set)

    def is_new(self, logged: LoggedText) -> bool:
        """Whether this question's text of this stage has not come yet."""
        key = (logged.stage, logged.query_id)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def add(self, logged: LoggedText, subject: Subject) -> None:
        """Let both guards look."""
        before, after = self.before.check(subject), self.after.check(subject)
        self.texts[logged.stage] += 1
        self.rules_before.update(_rules(before, logged.stage))
        self.rules_after.update(_rules(after, logged.stage))
        if (before.action, before.text) != (after.action, after.text):
            change = Change(logged.stage, before.action, after.action)
            self.changes[change] += 1
            if self.changes[change] <= MAX_EXAMPLES:
                self.examples.setdefault(change, []).append(logged)

    def rules(self) -> Sequence[dict[str, Any]]:
        """A row for each rule, stage and action: in how many texts it found something."""
        keys = sorted({*self.rules_before, *self.rules_after}, key=lambda each: (each.stage, each.rule, each.action))
        return [{**vars(key), "before": self.rules_before[key], "after": self.rules_after[key]} for key in keys]

    def report(self, *, show_text: bool) -> dict[str, Any]:
        """All of it for machines; texts only when asked for, since they are other people's."""
        return {
            "questions": self.texts["question"],
            "answers": self.texts["answer"],
            "changed": self.changes.total(),
            "changes": [
                {
                    **vars(change),
                    "count": count,
                    "examples": [_shown(each, show_text) for each in self.examples[change]],
                }
                for change, count in self.changes.most_common()
            ],
            "rules": self.rules(),
        }


def _rules(verdict: Verdict, stage: Stage) -> set[RuleCount]:
    return {RuleCount(stage, each.rule, each.action, each.checked) for each in verdict.findings}


def _shown(logged: LoggedText, show_text: bool) -> dict[str, str]:
    return {"query_id": logged.query_id, **({"text": logged.text} if show_text else {})}
