"""What planning says the index should hold, and what it holds, in; every difference out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schemas.chunks import Span
from schemas.passages import StoredChunk

Place = tuple[str, str]
"""Tenant and chunk id: what a chunk is stored under."""


@dataclass(frozen=True)
class Planned:
    """A chunk as planning left it."""

    doc_id: str
    revision: int
    """The document's: a chunk that an edit left alone keeps an earlier one in the index."""
    ordinal: int
    span: Span


@dataclass
class Report:
    """The differences, as (tenant, document, chunk id), each list sorted."""

    planned: int = 0
    stored: int = 0
    missing: list[tuple[str, str, str]] = field(default_factory=list)
    """Planned and not in the index."""
    extra: list[tuple[str, str, str]] = field(default_factory=list)
    """In the index and not planned."""
    duplicates: list[tuple[str, str, str]] = field(default_factory=list)
    """In the index more than once: under one id, or as the same piece of one document."""
    stale: list[tuple[str, str, str]] = field(default_factory=list)
    """In the index at another place than planned, or of a revision that was never planned."""

    @property
    def clean(self) -> bool:
        return not (self.missing or self.extra or self.duplicates or self.stale)


def compare(
    planned: Mapping[Place, Planned],
    stored: Iterable[tuple[str, StoredChunk]],
    revisions: Mapping[Place, int] | None = None,
) -> Report:
    """Every difference between the plan and the index.

    `revisions` are those of the main index, when it is a candidate's that is looked at: another one is stale there,
    since title, readers and the like may differ although the place does not.
    """
    report = Report(planned=len(planned))
    seen: Counter[Place] = Counter()
    ordinals: set[tuple[str, str, int]] = set()
    for tenant, chunk in stored:
        place, name = (tenant, chunk.chunk_id), (tenant, chunk.doc_id, chunk.chunk_id)
        report.stored += 1
        seen[place] += 1
        if seen[place] > 1:
            report.duplicates.append(name)
        elif (plan := planned.get(place)) is None:
            report.extra.append(name)
        elif (tenant, chunk.doc_id, chunk.ordinal) in ordinals:
            report.duplicates.append(name)
        elif _is_stale(chunk, plan) or chunk.revision != (revisions or {}).get(place, chunk.revision):
            report.stale.append(name)
        ordinals.add((tenant, chunk.doc_id, chunk.ordinal))
    report.missing = [
        (tenant, plan.doc_id, chunk_id) for (tenant, chunk_id), plan in planned.items() if not seen[tenant, chunk_id]
    ]
    for names in (report.missing, report.extra, report.duplicates, report.stale):
        names.sort()
    return report


def _is_stale(chunk: StoredChunk, plan: Planned) -> bool:
    placed = chunk.doc_id == plan.doc_id and chunk.ordinal == plan.ordinal and chunk.span == plan.span
    return not placed or chunk.revision > plan.revision
