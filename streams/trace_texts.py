"""A text in, what may be told of it in a trace out."""

from collections.abc import Callable, Sequence
from typing import Final

from agents.guardrails.engine import GuardEngine
from agents.ports import Subject
from schemas.guardrails import PolicyPublished, RuleSetting
from streams.policy_book import InMemoryPolicyBook
from streams.span_tracer import MAX_TEXT

HIDDEN: Final = (
    "card",
    "email",
    "iban",
    "id-document",
    "ip-address",
    "national-id",
    "person-name",
    "phone",
    "secret",
    "street-address",
)
"""Rules whose findings are not told, whatever the policies in force say: who reads traces is not who reads answers."""

IN_LOGS: Final = ("card", "email", "iban", "national-id", "phone", "secret")
"""Those for lines of a log: addresses of servers are what they are about, and its few sentences are ours."""


def make_redactor(hidden: Sequence[str] = HIDDEN) -> Callable[[str], str]:
    """Text in, what may be told of it out, without what rules of these names find.

    What cannot be looked at is not told. What it works with is loaded at its first text.
    """
    rules = tuple(RuleSetting(rule=rule, stages=("answer",), action="redact", on_error="closed") for rule in hidden)
    guard = GuardEngine(InMemoryPolicyBook(PolicyPublished(name="traces", rules=rules)))

    def redacted(text: str) -> str:
        # A little more than is kept, so that what a cut would break in two is recognised.
        return guard.check(Subject(stage="answer", text=text[: 2 * MAX_TEXT], tenant="default")).text

    return redacted
