"""A text and the policies in force in, a verdict out: what to do, why, and the text that may go on.

Every rule of the stage is run, also after one that blocks: what a blocked text needs redacted is still redacted in the
event that tells of it, and which rules found something does not depend on their order.

A rule that breaks, or is slower than its budget, has not found the text clean. It becomes a finding with `checked`
false; whether that has the rule's own action or is only flagged is what the policy's `on_error` says.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from agents.guardrails.plan import Plan, make_plan
from agents.guardrails.policy import ActiveRule, Opened, Registry
from agents.guardrails.redaction import Cut, merged, redact
from agents.guardrails.rule import Hit
from agents.guardrails.rules import BY_NAME
from agents.guardrails.views import Views
from agents.ports import PolicyBook, Subject
from schemas.answers import Finding
from schemas.chunks import Span
from schemas.guardrails import ACTIONS, Action, Stage, Verdict

MAX_FINDINGS_PER_RULE: Final = 10
"""Of one text: an event must not grow with the number of e-mail addresses in a document. All are redacted."""
MAX_PLANS: Final = 1_000
"""Tenants whose merged policies are kept ready."""
MAX_OPENED: Final = 2_000
"""Rules, each with options of its own, that are kept ready: a policy that is published daily leaves its old ones."""

_UNPAIRED: Final = re.compile("[\ud800-\udfff]")
"""Half of a character, as JSON can write it: no rule's library takes one. What replaces it is as long."""


@dataclass(frozen=True)
class Budget:
    """How long one rule may look at one text, on the engine's clock."""

    seconds: float = 0.5
    seconds_per_character: float = 20e-6
    """In addition; ten times what 100,000 characters in 200 ms leave for all rules."""

    def of(self, text: str) -> float:
        return self.seconds + self.seconds_per_character * len(text)


@dataclass(frozen=True)
class _Found:
    """A finding with what stands in its place if it is redacted."""

    finding: Finding
    placeholder: str


class GuardEngine:
    """A `Guard`: applies the policies of a book."""

    def __init__(
        self,
        policies: PolicyBook,
        *,
        clock: Callable[[], float] | None = None,
        budget: Budget = Budget(),
        registry: Registry = BY_NAME,
    ) -> None:
        """`clock` gives seconds that only grow; without one no rule is ever late.

        A step must replay, whatever else the machine does meanwhile: it gets an engine without a clock.
        """
        self._book = policies
        self._clock = clock
        self._budget = budget
        self._registry = registry
        self._plans: dict[str, Plan] = {}
        self._opened: Opened = {}

    def check(self, subject: Subject) -> Verdict:
        """What the rules of `subject.stage` say. Never raises: a rule that breaks is a finding that says so."""
        try:
            plan = self._plan(subject.tenant)
        except Exception as error:  # noqa: BLE001 - without policies nothing is known to be clean
            said = f"Not checked: the policies could not be read ({type(error).__name__})."
            finding = Finding(rule="policies", reason=said, score=0, stage=subject.stage, action="block", checked=False)
            return Verdict(action="block", text=subject.text, findings=(finding,))
        subject = replace(subject, text=_UNPAIRED.sub("\ufffd", given := subject.text))
        views = Views(subject.text)
        found = [each for active in plan.stages[subject.stage] for each in self._look(active, views, subject)]
        action = max((_action(each.finding) for each in found), key=ACTIONS.index, default="allow")
        cuts = tuple(merged(_cuts(found, subject.text)))
        return Verdict(
            action=action,
            text=redact(given, cuts),
            findings=tuple(_bounded(found)),
            redacted=tuple(Span(start=cut.start, end=cut.end) for cut in cuts),
            policies=plan.references,
        )

    def policies(self, tenant: str) -> tuple[str, ...]:
        """`name@version` of the policies that are in force for a tenant, the general ones first."""
        return self._plan(tenant).references

    def uses_vector(self, tenant: str, stage: Stage) -> bool:
        """Whether a rule that looks there makes use of `Subject.vector`."""
        return any(active.rule is not None and active.rule.uses_vector for active in self._plan(tenant).stages[stage])

    def _plan(self, tenant: str) -> Plan:
        policies = tuple(self._book.policies(tenant))
        plan = self._plans.get(tenant)
        # Compared by identity: a version is a hash of the whole policy, too slow for every text.
        if plan is None or [id(each) for each in plan.policies] != [id(each) for each in policies]:
            if len(self._plans) >= MAX_PLANS or len(self._opened) >= MAX_OPENED:
                self._plans.clear()
                self._opened.clear()
            plan = self._plans[tenant] = make_plan(policies, self._registry, self._opened)
        return plan

    def _look(self, active: ActiveRule, views: Views, subject: Subject) -> Sequence[_Found]:
        if active.rule is None:
            return [_unchecked(active, subject.stage, active.problem)]
        started = self._clock() if self._clock else 0.0
        try:
            hits = [_sound(hit, subject.text) for hit in active.rule.find(views, subject)]
        except Exception as error:  # noqa: BLE001 - whatever it is, the text was not looked at
            # The message of a foreign exception may quote the text.
            return [_unchecked(active, subject.stage, f"the rule broke with {type(error).__name__}")]
        late = self._clock is not None and self._clock() - started > self._budget.of(subject.text)
        found = [_found(active, subject.stage, hit) for hit in _in_order(hits) if hit.score >= active.threshold]
        if late:
            found.append(_unchecked(active, subject.stage, "the rule took longer than its budget"))
        return found


def _sound(hit: Hit, text: str) -> Hit:
    """Raises `ValueError` for a hit that no rule should make: a score that is none, a span outside the text."""
    if not (math.isfinite(hit.score) and 0 <= hit.score <= 1):
        raise ValueError("a score is not between 0 and 1")
    if hit.span is not None and not hit.span.start < hit.span.end <= len(text):
        raise ValueError("a span is not within the text")
    return hit


def _in_order(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (hit.span.start, hit.span.end) if hit.span else (-1, -1))


def _found(active: ActiveRule, stage: Stage, hit: Hit) -> _Found:
    rule = active.setting.rule
    finding = Finding(
        rule=rule, reason=hit.reason, score=hit.score, stage=stage, action=active.setting.action, span=hit.span
    )
    return _Found(finding, hit.placeholder or f"[redacted: {rule}]")


def _unchecked(active: ActiveRule, stage: Stage, why: str) -> _Found:
    rule = active.setting.rule
    finding = Finding(
        rule=rule, reason=f"Not checked: {why}.", score=0, stage=stage, action=active.action_on_error, checked=False
    )
    return _Found(finding, f"[redacted: {rule}]")


def _action(finding: Finding) -> Action:
    return ACTIONS[ACTIONS.index(finding.action)]


def _cuts(found: Iterable[_Found], text: str) -> Iterator[Cut]:
    """What has to go. A finding without a span is about the whole text, so all of it goes."""
    for each in found:
        span = each.finding.span
        if each.finding.action == "redact" and text:
            start, end = (span.start, span.end) if span else (0, len(text))
            yield Cut(start, end, each.placeholder, each.finding.score)


def _bounded(found: Sequence[_Found]) -> Iterator[Finding]:
    """Each finding once, and of one rule no more than an event has room for: what is left out is counted."""
    kept: dict[tuple[str, str], int] = {}
    left_out: dict[tuple[str, str], list[Finding]] = {}
    for finding in dict.fromkeys(each.finding for each in found):
        rule = (finding.rule, finding.action)
        kept[rule] = kept.get(rule, 0) + 1
        if kept[rule] <= MAX_FINDINGS_PER_RULE or not finding.checked:
            yield finding
        else:
            left_out.setdefault(rule, []).append(finding)
    for others in left_out.values():
        best = max(each.score for each in others)
        yield others[0].model_copy(
            update={"span": None, "score": best, "reason": f"And {len(others):,} more that this rule found."}
        )
