"""Passages in, what was said of them before out: the same ones are found again and again, and rules are costly.

What a rule says depends on the text and the policies alone, and a policy's version is a hash of it. So an exchanged
policy is heard at once. A text that a rule did not look at, because it broke or was late, is looked at again.
"""

from collections import OrderedDict
from typing import Final

from agents.ports import Guard, Subject
from schemas.guardrails import Verdict

MOST_VERDICTS: Final = 10_000
"""With passages of 230 tokens some 15 MB."""
LONGEST: Final = 8_000
"""Characters of a text that is worth being remembered; passages have fewer."""


class RememberingGuard:
    """A `Guard` that looks at a passage once."""

    def __init__(self, guard: Guard, most: int = MOST_VERDICTS) -> None:
        self._guard = guard
        self._most = most
        self._known: OrderedDict[tuple[tuple[str, ...], str], Verdict] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def check(self, subject: Subject) -> Verdict:
        """What the rules of `subject.stage` say. Never raises: a rule that breaks is a finding that says so."""
        if subject.stage != "passage" or len(subject.text) > LONGEST:
            return self._guard.check(subject)
        try:
            key = (self._guard.policies(subject.tenant), subject.text)
        except Exception:  # noqa: BLE001 - what becomes of a text when no policy can be read is the guard's to say
            return self._guard.check(subject)
        verdict = self._known.get(key)
        if verdict is not None:
            self._known.move_to_end(key)
            return verdict
        verdict = self._guard.check(subject)
        if all(finding.checked for finding in verdict.findings):
            self._known[key] = verdict
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return verdict

    def policies(self, tenant: str) -> tuple[str, ...]:
        """`name@version` of the policies that are in force for a tenant."""
        return self._guard.policies(tenant)
