"""What guardrails say of a text, and the policies that tell them what to look for."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.answers import Finding
from schemas.chunks import Span
from schemas.event import Event, Identifier, Tenant, Value, derive_id

Stage = Literal["question", "document", "passage", "answer"]
"""Where a text is looked at: as it is asked, planned, retrieved, or about to be served."""
Action = Literal["allow", "flag", "redact", "abstain", "block"]
"""What becomes of it, from the mildest to the strictest."""
OnError = Literal["closed", "open"]
"""When a rule cannot look: `closed` takes the text as if the rule had found something, `open` lets it pass, flagged."""

ACTIONS: tuple[Action, ...] = ("allow", "flag", "redact", "abstain", "block")
REFUSED: frozenset[Action] = frozenset({"abstain", "block"})
"""Actions after which the text does not go on."""
MASK = "\u2588"
"""A full block for each character that must not be read."""
MAX_RULES = 200


class Verdict(Value):
    """What all rules together say of one text."""

    action: Action = "allow"
    text: str
    """The text that was checked, with what had to be redacted replaced: this goes on, and nothing else."""
    findings: tuple[Finding, ...] = ()
    redacted: tuple[Span, ...] = ()
    """Every place that was redacted; findings are told of a few, since a text can have thousands."""
    policies: tuple[str, ...] = ()
    """`name@version` of the policies that applied."""

    @property
    def refused(self) -> bool:
        """Whether the text does not go on at all."""
        return self.action in REFUSED

    def masked(self, text: str) -> str:
        """`text`, which was checked, with a mask over each span that is to be redacted: as long as before.

        Offsets stay what they were, as citations need it.
        """
        told = [finding.span for finding in self.findings if finding.action == "redact" and finding.span is not None]
        characters = list(text)
        for span in (*self.redacted, *told):
            end = min(span.end, len(text))
            characters[span.start : end] = MASK * (end - span.start)
        return "".join(characters)

    @property
    def reason(self) -> str:
        """Which rules have decided it, in one sentence."""
        rules = dict.fromkeys(finding.rule for finding in self.findings if finding.action == self.action)
        return f"Refused by the guardrail {', '.join(rules) or 'policy'}."


class RuleSetting(Value):
    """One rule at work: where, and what follows from what it finds."""

    rule: str
    """Name of a rule, as `ragstream guardrails rules` lists them."""
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    action: Action = "flag"
    on_error: OnError | None = None
    """Default `closed` for a rule that blocks, `open` for any other."""
    threshold: float | None = Field(default=None, ge=0, le=1)
    """Least score that counts; the rule's own default when missing."""
    options: dict[str, str | int | float | bool | tuple[str, ...]] = Field(default_factory=dict)
    """What else the rule can be told."""


class PolicyPublished(Event):
    """A guardrail policy, in force from now on; the latest of a name replaces the earlier ones."""

    type: Literal["PolicyPublished"] = "PolicyPublished"
    name: Identifier
    tenants: Annotated[tuple[Tenant, ...], Field(max_length=1_000)] = ()
    """Whom it is for; empty for everybody. A rule's setting in a policy that names the tenant goes before."""
    rules: Annotated[tuple[RuleSetting, ...], Field(max_length=MAX_RULES)] = ()
    """None withdraws the policy."""

    @property
    def version(self) -> str:
        """Hash of the content: equal policies have equal versions, whoever published them and when."""
        return derive_id("policy", self.model_dump_json(include={"name", "tenants", "rules"}, exclude_defaults=True))[
            :8
        ]

    @property
    def reference(self) -> str:
        """As it stands in verdicts and answers."""
        return f"{self.name}@{self.version}"
