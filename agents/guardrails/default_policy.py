"""The policy that is in force for everybody until another named `default` is published.

It blocks what attacks, hides what must never be shown, and only reports what may well be meant: a phone number in an
answer is often what was asked for.
"""

from typing import Final

from agents.guardrails.policy import DEFAULT_NAME
from schemas.guardrails import PolicyPublished

DEFAULT_POLICY: Final = PolicyPublished(name=DEFAULT_NAME)
