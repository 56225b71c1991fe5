"""An alert in, what a person reads of it out: a subject, a text, and annotations by name."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from schemas.operations import Alert, AlertFired, AlertResolved, Consequence, Evidence

MAX_SUBJECT: Final = 200
MAX_LISTED: Final = 50
"""Consequences and pieces of evidence that are listed; of the rest the number is told."""


def subject_of(alert: AlertFired | AlertResolved) -> str:
    """One line."""
    state = "RESOLVED" if isinstance(alert, AlertResolved) else "FIRING"
    said = f"[{state}] {alert.severity}: {alert.alert}" + (f": {alert.summary}" if alert.summary else "")
    line = " ".join("".join(each if each.isprintable() else " " for each in said).split())
    return line if len(line) <= MAX_SUBJECT else f"{line[: MAX_SUBJECT - 1]}…"


def text_of(alert: AlertFired | AlertResolved, dropped: int = 0) -> str:
    """Plain text of some lines. `dropped` alerts before this one will never be told."""
    about = {"alert": alert.alert, "severity": alert.severity, "tenant": alert.tenant, **alert.labels}
    lines = [alert.summary] if alert.summary else []
    lines += [f"{name}: {value}" for name, value in about.items()]
    lines.append(f"since: {_when(alert.started_at)}")
    if alert.ended_at is not None:
        lines.append(f"until: {_when(alert.ended_at)}")
    lines += [f"{name}: {value}" for name, value in annotations_of(alert).items() if name != "summary"]
    if dropped:
        lines.append(f"{dropped:,} earlier alerts were dropped, because too many waited for this subscription.")
    return "\n".join(lines) + "\n"


def annotations_of(alert: Alert) -> dict[str, str]:
    """What is known of it beside its labels, the important first; nothing that is empty."""
    measured = alert.value != 0 or alert.threshold != 0
    found = {
        "summary": alert.summary,
        "value": f"{alert.value:g}" if measured else "",
        "threshold": f"{alert.threshold:g}" if measured else "",
        "window": alert.window,
        "once": "true" if isinstance(alert, AlertFired) and alert.once else "",
        "repeated": str(alert.repeated) if isinstance(alert, AlertFired) and alert.repeated else "",
        "consequences": _listed([_consequence(each) for each in alert.consequences]),
        **_evidence(alert.evidence),
    }
    return {name: value for name, value in (found | {**alert.details, **found}).items() if value}


def _evidence(evidence: tuple[Evidence, ...]) -> dict[str, str]:
    return {
        "answers": _listed(_distinct(each.answer_id for each in evidence)),
        "documents": _listed(_distinct(each.doc_id for each in evidence)),
        "traces": _listed(_distinct(each.trace_id for each in evidence)),
    }


def _distinct(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(each for each in values if each))


def _listed(values: list[str]) -> str:
    more = [f"and {len(values) - MAX_LISTED:,} more"] if len(values) > MAX_LISTED else []
    return "\n".join([*values[:MAX_LISTED], *more])


def _consequence(each: Consequence) -> str:
    until = "" if each.ended_at is None else f" until {_when(each.ended_at)}"
    return f"{each.alert} since {_when(each.started_at)}{until}" + (f": {each.summary}" if each.summary else "")


def _when(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
