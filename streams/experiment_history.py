"""Reports of an experiment as they came in, what is known and how it came to be known out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schemas.experiments import Estimate, ExperimentReported


@dataclass(frozen=True)
class Look:
    """What was known of one arm's difference from the control at one moment."""

    at: datetime
    units: int
    """Of the arm."""
    difference: float
    low: float
    high: float


def is_known(estimate: Estimate | Look) -> bool:
    """Whether anything is said of the difference: with too few units everything is possible, and no more is told."""
    return bool(estimate.difference) or estimate.low != -estimate.high


@dataclass
class History:
    """The reports of one experiment, each once, in the order in which they were written."""

    reports: list[ExperimentReported] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def add(self, report: ExperimentReported) -> None:
        """Take a report in; one that comes again, as after a redelivery, counts once."""
        if report.event_id not in self._seen:
            self._seen.add(report.event_id)
            self.reports.append(report)

    @property
    def last(self) -> ExperimentReported | None:
        """The numbers that hold."""
        return self.reports[-1] if self.reports else None

    def contrasts(self) -> Sequence[tuple[str, str]]:
        """Metric and arm of each comparison with the control in the last report, those of the primary metric first."""
        if self.last is None:
            return []
        return [(each.metric, each.arm) for each in treatments(self.last.estimates)]

    def looks(self, metric: str, arm: str) -> Sequence[Look]:
        """How the difference came to be known, from when there were units enough to say anything."""
        return [
            Look(report.at, each.units, each.difference, each.low, each.high)
            for report in self.reports
            for each in report.estimates
            if (each.metric, each.arm) == (metric, arm) and is_known(each)
        ]


def treatments(estimates: Iterable[Estimate]) -> list[Estimate]:
    """Those that are compared: of each metric all but the first arm, which is the control."""
    seen: set[str] = set()
    found = []
    for each in estimates:
        if each.metric in seen:
            found.append(each)
        seen.add(each.metric)
    return found
