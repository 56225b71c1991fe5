"""An alert in, the lines that a terminal shows out: what it is, since when, and indented what follows from it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from schemas.operations import AlertFired, Consequence
from streams.alert_log import Told
from streams.cli.output import plain

MOST_DETAILS: Final = 8
MOST_ANSWERS: Final = 4


def alert_lines(alert: Told) -> Iterator[str]:
    """The first line says all that most people want; the others are indented."""
    tenant = "" if alert.tenant == "default" else f" ({alert.tenant})"
    yield plain(
        f"{moment(alert.at)}  {kind(alert):<8}  {alert.severity:<8}  {alert.alert}{tenant}: {alert.summary}", ""
    )
    if alert.ended_at is not None:
        lasted = spent(alert.started_at, alert.ended_at)
        yield f"    from {moment(alert.started_at)} to {moment(alert.ended_at)}, {lasted}"
    elif alert.at != alert.started_at:
        yield f"    since {moment(alert.started_at)}"
    for name, text in list(alert.details.items())[:MOST_DETAILS]:
        yield plain(f"    {name}: {text}", "")
    answers = list(dict.fromkeys(each.answer_id for each in alert.evidence if each.answer_id))
    if answers:
        more = f" and {len(answers) - MOST_ANSWERS:,} more" if len(answers) > MOST_ANSWERS else ""
        yield plain(f"    answers: {', '.join(answers[:MOST_ANSWERS])}{more}", "")
    for each in alert.consequences:
        yield consequence_line(each)


def consequence_line(each: Consequence) -> str:
    """What followed, and for how long."""
    lasted = "goes on" if each.ended_at is None else spent(each.started_at, each.ended_at)
    return plain(f"    └ {each.alert}, since {moment(each.started_at)}, {lasted}: {each.summary}", "")


def kind(alert: Told) -> str:
    """What became of it, in a word."""
    if not isinstance(alert, AlertFired):
        return "resolved"
    if alert.once:
        return "occurred"
    return "goes on" if alert.repeated else "fired"


def moment(at: datetime) -> str:
    """As in an alert's JSON, to the second."""
    return at.isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")


def spent(start: datetime, end: datetime) -> str:
    """As `1 h 2 min`, `3 min 4 s` or `5 s`."""
    seconds = max(0, round((end - start).total_seconds()))
    hours, minutes, seconds = seconds // 3_600, seconds // 60 % 60, seconds % 60
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
