"""The policy that is in force for everybody until another named `default` is published.

It refuses what attacks, hides what does harm when it is shown, and only reports what may well be meant: a telephone
number in an answer is often what was asked for.
"""

from typing import Final

from agents.guardrails.policy import DEFAULT_NAME
from schemas.guardrails import PolicyPublished, RuleSetting

_HARMFUL: Final = ("card", "iban", "national-id", "id-document")
_REPORTED: Final = ("email", "phone", "street-address", "toxicity")

DEFAULT_POLICY: Final = PolicyPublished(
    name=DEFAULT_NAME,
    rules=(
        RuleSetting(rule="injection", stages=("question",), action="block"),
        RuleSetting(rule="indirect-injection", stages=("document",)),
        RuleSetting(rule="indirect-injection", stages=("passage",), action="block"),
        RuleSetting(rule="system-prompt-leak", stages=("answer",), action="block"),
        RuleSetting(rule="secret", stages=("question", "answer"), action="redact"),
        RuleSetting(rule="secret", stages=("document",)),
        *(RuleSetting(rule=rule, stages=("question",)) for rule in (*_HARMFUL, *_REPORTED)),
        *(RuleSetting(rule=rule, stages=("answer",), action="redact") for rule in _HARMFUL),
        *(RuleSetting(rule=rule, stages=("answer",)) for rule in _REPORTED),
    ),
)
