"""A text in, what may be told of it in a trace out."""

from collections.abc import Callable
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


def make_redactor() -> Callable[[str], str]:
    """Text in, what may be told of it out. What cannot be looked at is not told."""
    rules = tuple(RuleSetting(rule=rule, stages=("answer",), action="redact", on_error="closed") for rule in HIDDEN)
    guard = GuardEngine(InMemoryPolicyBook(PolicyPublished(name="traces", rules=rules)))

    def redacted(text: str) -> str:
        # A little more than is kept, so that what a cut would break in two is recognised.
        return guard.check(Subject(stage="answer", text=text[: 2 * MAX_TEXT], tenant="default")).text

    return redacted
