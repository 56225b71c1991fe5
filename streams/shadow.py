"""Answers that two arms give to the same questions in, where and how they differ out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, quantiles
from typing import Any, Final

from agents.answering.experimenting import RULE
from schemas.answers import Answer, AnswerServed

MAX_EXAMPLES: Final = 10
"""Of each kind of difference."""


@dataclass(frozen=True)
class Change:
    """How an arm's answer differs from the control's: in its outcome, or in words or sources of the same outcome."""

    before: str
    after: str


@dataclass
class ArmCount:
    """What was seen of one arm."""

    questions: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    """Of guardrails: answers with at least one, by rule, stage and action."""
    unfollowed: Counter[str] = field(default_factory=Counter)
    """What the arm asks for and was not done."""
    latencies_ms: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    def add(self, answer: Answer) -> None:
        """Take an answer in."""
        self.questions += 1
        self.outcomes[type(answer).__name__] += 1
        self.findings.update({f"{each.rule} ({each.stage}: {each.action})" for each in answer.findings if each.stage})
        self.unfollowed.update({each.reason for each in answer.findings if each.rule == RULE})
        self.latencies_ms.append(answer.timings_ms.get("total", 0.0))
        self.costs.append(answer.usage.cost)

    def report(self) -> dict[str, Any]:
        """Figures of the arm."""
        cuts = quantiles(self.latencies_ms, n=20, method="inclusive") if len(self.latencies_ms) > 1 else None
        return {
            "questions": self.questions,
            "outcomes": dict(sorted(self.outcomes.items())),
            "guardrail_findings": dict(sorted(self.findings.items())),
            "not_followed": dict(self.unfollowed.most_common()),
            "latency_ms_p50": round(cuts[9], 1) if cuts else None,
            "latency_ms_p95": round(cuts[18], 1) if cuts else None,
            "mean_cost": fmean(self.costs) if self.costs else None,
        }


@dataclass
class Shadow:
    """Compares each arm with the control, question by question."""

    arms: Sequence[str]
    """The first is the control."""
    counts: dict[str, ArmCount] = field(init=False)
    overlaps: dict[str, list[float]] = field(init=False)
    changes: dict[str, Counter[Change]] = field(init=False)
    examples: dict[tuple[str, Change], list[dict[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.counts = {arm: ArmCount() for arm in self.arms}
        self.overlaps = {arm: [] for arm in self.arms[1:]}
        self.changes = {arm: Counter() for arm in self.arms[1:]}

    @property
    def questions(self) -> int:
        """Those that every arm has answered."""
        return self.counts[self.arms[0]].questions

    def add(self, answers: Mapping[str, Answer]) -> None:
        """Take the answers of all arms to one question in."""
        control = answers[self.arms[0]]
        for arm, answer in answers.items():
            self.counts[arm].add(answer)
        for arm in self.arms[1:]:
            if control.looked_at or answers[arm].looked_at:
                self.overlaps[arm].append(overlap(control, answers[arm]))
            change = change_of(control, answers[arm])
            if change is None:
                continue
            self.changes[arm][change] += 1
            kept = self.examples.setdefault((arm, change), [])
            if len(kept) < MAX_EXAMPLES:
                kept.append(_example(control, answers[arm]))

    def report(self, *, show_text: bool) -> dict[str, Any]:
        """All of it for machines; texts only when asked for, since they are other people's."""
        return {
            "questions": self.questions,
            "arms": {arm: self._of(arm, show_text=show_text) for arm in self.arms},
        }

    def _of(self, arm: str, *, show_text: bool) -> dict[str, Any]:
        figures = self.counts[arm].report()
        if arm == self.arms[0]:
            return figures
        changes = [
            {
                **vars(change),
                "count": count,
                "examples": [_shown(each, show_text=show_text) for each in self.examples[arm, change]],
            }
            for change, count in self.changes[arm].most_common()
        ]
        overlaps = self.overlaps[arm]
        return {
            **figures,
            "retrieval_overlap": round(fmean(overlaps), 4) if overlaps else None,
            "differ": self.changes[arm].total(),
            "changes": changes,
        }


def overlap(one: Answer, other: Answer) -> float:
    """Jaccard similarity of the passages that two answers were to be drafted from, 0 to 1."""
    first, second = _passages(one), _passages(other)
    return len(first & second) / len(first | second) if first or second else 1.0


def change_of(control: Answer, other: Answer) -> Change | None:
    """How the second differs; None where it says the same."""
    before, after = type(control).__name__, type(other).__name__
    if before != after:
        return Change(before, after)
    if not isinstance(control, AnswerServed) or control.text == other.text:
        return None
    cited = [{each.chunk_id for each in answer.citations} for answer in (control, other)]
    return Change(before, "other words" if cited[0] == cited[1] else "other sources")


def _passages(answer: Answer) -> set[str]:
    """`looked_at` begins with those that were weighed, `top_k` at most."""
    top_k = int(answer.provenance.retrieval.get("top_k", len(answer.looked_at)))
    return {each.chunk_id for each in answer.looked_at[:top_k]}


def _example(control: Answer, other: Answer) -> dict[str, str]:
    said = [answer.text or str(getattr(answer, "reason", "")) for answer in (control, other)]
    return {"query_id": control.query_id, "question": control.question, "control": said[0], "arm": said[1]}


def _shown(example: dict[str, str], *, show_text: bool) -> dict[str, str]:
    return example if show_text else {"query_id": example["query_id"]}
