"""Outcomes of documents in, counts and reasons out."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from rich.table import Table

from schemas.index_log import DocumentIndexed, DocumentSkipped
from schemas.operations import DeadLettered
from streams.cli.output import Exit, plain
from streams.client_values import Outcome

KINDS: Final = ("new", "changed", "unchanged", "deleted", "skipped", "failed")
MOST_NAMED: Final = 5


@dataclass
class Tally:
    """What became of the documents of one command."""

    sent: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[dict[str, str]] = field(default_factory=list)
    """`doc`, `outcome` and `reason` of each that is not in the index."""
    warnings: list[dict[str, str]] = field(default_factory=list)
    """`doc` and `reason` of what was noticed about those that are, by parsing or by guardrails."""
    freshness_ms: list[float] = field(default_factory=list)
    """Of each document: from its event to readable in the index."""
    gave_up: str | None = None
    """Why waiting ended early."""

    def left_out(self, name: str, reason: str, outcome: str = "skipped") -> None:
        """A file or line that was never sent, or a document that was and is not in the index."""
        self.counts[outcome] += 1
        self.problems.append({"doc": name, "outcome": outcome, "reason": reason})

    def failed(self, name: str, reason: str) -> None:
        self.left_out(name, reason, "failed")

    def add(self, outcome: Outcome) -> None:
        """Count what became of a document that was sent."""
        event, doc_id = outcome.event, outcome.receipt.doc_id
        if isinstance(event, DeadLettered):
            self.failed(doc_id, f"{event.reason} (dead letter {event.event_id})")
        elif isinstance(event, DocumentSkipped):
            self.left_out(doc_id, f"{event.reason}: {event.detail}" if event.detail else event.reason)
        else:
            self.counts[kind_of(event)] += 1
            self.freshness_ms.append(event.freshness_ms)
            self.warnings += [{"doc": doc_id, "reason": each} for each in dict.fromkeys(event.warnings)]

    def as_object(self, *, waited: bool) -> dict[str, Any]:
        """The line of counts that ends `--json`."""
        kinds = KINDS if waited else ("skipped", "failed")
        facts: dict[str, Any] = {"sent": self.sent, **{kind: self.counts[kind] for kind in kinds}}
        if self.freshness_ms:
            ordered = sorted(self.freshness_ms)
            facts["freshness_ms"] = {"median": ordered[len(ordered) // 2], "max": ordered[-1]}
        if waited:
            facts["warnings"] = self.warnings
        return {**facts, "problems": self.problems, **({"error": self.gave_up} if self.gave_up else {})}

    def as_table(self, *, waited: bool) -> Table:
        """Counts for people."""
        facts = self.as_object(waited=waited)
        table = Table(*[name for name, value in facts.items() if isinstance(value, int)])
        table.add_row(*[f"{value:,}" for value in facts.values() if isinstance(value, int)])
        return table

    def as_lines(self) -> list[str]:
        """One line for each kind of problem and of warning, with the first few that have it."""
        named: dict[tuple[str, str], list[str]] = {}
        for each in [*self.problems, *self.warnings]:
            named.setdefault((each.get("outcome", "warning"), each["reason"]), []).append(each["doc"])
        lines = [f"{outcome}: {_listed(docs)}: {reason}" for (outcome, reason), docs in named.items()]
        return [plain(line) for line in lines] + ([self.gave_up] if self.gave_up else [])

    def exit_code(self) -> Exit:
        return Exit.FAILED if self.counts["failed"] or self.gave_up else Exit.OK


def _listed(docs: list[str]) -> str:
    more = len(docs) - MOST_NAMED
    return ", ".join(docs[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def kind_of(event: DocumentIndexed) -> str:
    """`new`, `changed`, `unchanged` or `deleted`."""
    if event.deleted:
        return "deleted"
    counts = event.counts
    if not (counts.embedded or counts.moved or counts.deleted):
        return "unchanged"  # of any revision: planning counts only versions that change something
    return "new" if event.revision == 1 else "changed"
