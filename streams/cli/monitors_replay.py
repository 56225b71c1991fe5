"""`ragstream monitors replay`."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from infra.settings import Settings
from schemas.monitors import MonitorDefined
from streams.cli.experiments_world import duration, events_since
from streams.cli.monitors_world import DEFAULT_TENANT, Tenant, read_log
from streams.cli.options import Json
from streams.cli.output import NotRunningError, plain, showing_progress, stdout, write_json
from streams.cli.settings import load_settings
from streams.monitor_file import read_monitor_file
from streams.monitor_replay import Replay, Span, replayed
from streams.monitor_series import marks, sparkline
from streams.monitor_views import rule
from streams.topic import Topic
from streams.topics import ANSWERS, CHUNKS, INDEX_LOG, OUTCOMES, SIGNALS

TOPICS: Final[Mapping[str, tuple[Topic, ...]]] = {
    "answers": (ANSWERS,),
    "questions": (ANSWERS,),
    "feedback": (OUTCOMES,),
    "index": (INDEX_LOG,),
    "documents": (CHUNKS,),
    "operations": (SIGNALS,),
}
"""Where the past of each source is."""
MOST_SHOWN: Final = 20


def replay(
    file: Annotated[Path | None, typer.Argument(help="Monitors to try, in YAML; else those that are in force.")] = None,
    *,
    since: Annotated[str, typer.Option(help="How far back: a number and m, h or d.")] = "7d",
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Say what monitors would have told of the past, and when, so that bounds can be chosen on one's own.

    Nothing is published. Answers, outcomes and the index log are read again; samples of operations as they were taken.
    With FILE only its monitors are told of. Exit code 3 when nothing of the past is left.
    """
    settings = load_settings()
    tried = [] if file is None else read_monitor_file(file, tenant)
    book = read_log(settings, machine=as_json).book
    known = {each.name: each for each in book.own(tenant)} | {each.name: each for each in tried}
    all_ = {each.name: each for each in book.all(tenant)} | known
    shown = {each.name: all_[each.name] for each in (tried or all_.values()) if not each.disabled}
    begin, end = datetime.now(UTC) - duration(since), datetime.now(UTC)
    with showing_progress(machine=as_json) as progress:
        past = Replay(tenant, [*known.values()])
        progress("Reading the past")
        asyncio.run(replayed(_events(settings, shown, begin), past, begin, progress))
        past.run(end, progress)
    if not past.observed:
        raise NotRunningError(f"nothing is left of the last {since} of tenant {tenant} that these monitors look at")
    report = _report(past, shown, begin, end)
    if as_json:
        write_json(report)
    else:
        _print(report, past, shown, begin, end)


async def _events(settings: Settings, shown: Mapping[str, MonitorDefined], begin: datetime) -> Any:
    topics = dict.fromkeys(topic for each in shown.values() for topic in TOPICS[each.source])
    async for event in events_since(settings, tuple(topics), begin):
        yield event


def _report(past: Replay, shown: Mapping[str, MonitorDefined], begin: datetime, end: datetime) -> dict[str, Any]:
    alerts = [each for each in past.alerts if each.labels.get("monitor", each.alert) in shown]
    rows = [
        {
            "name": name,
            "rule": rule(definition),
            "signals": [
                {
                    "signal": signal,
                    "observations": series.count,
                    "means": series.means(begin, end),
                }
                for (monitor, signal), series in past.series.items()
                if monitor == name
            ],
            "raised": [_span(each) for each in past.spans if each.monitor == name],
            "alerts": sum(each.labels.get("monitor") == name for each in alerts),
        }
        for name, definition in shown.items()
    ]
    return {
        "since": begin.isoformat(timespec="seconds"),
        "until": end.isoformat(timespec="seconds"),
        "tenant": past.tenant,
        "observed": past.observed,
        "monitors": rows,
        "alerts": [each.model_dump(mode="json", exclude={"type", "event_id", "at"}) for each in alerts],
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "signal": span.signal,
        "since": span.since,
        "told_at": span.told_at,
        "until": span.until,
        "value": span.value,
        "summary": span.summary,
    }


def _print(
    report: Mapping[str, Any], past: Replay, shown: Mapping[str, MonitorDefined], begin: datetime, end: datetime
) -> None:
    console = stdout()
    counts = ", ".join(f"{count:,} of {source}" for source, count in past.observed.items())
    console.print(f"{report['since']} to {report['until']}: {counts}")
    quiet = []
    for row in report["monitors"]:
        spans = [each for each in past.spans if each.monitor == row["name"]]
        if not spans and len(shown) > 1:
            quiet.append(row["name"])
            continue
        console.print(plain(f"\n{row['name']}: {row['rule']}"), soft_wrap=True)
        for signal in row["signals"]:
            held = [each for each in spans if each.signal == signal["signal"]]
            if held or len(shown) == 1:
                _draw(signal, held, begin, end)
        for each in spans[:MOST_SHOWN]:
            until = "now" if each.until is None else f"{each.until:%Y-%m-%d %H:%M:%S}"
            console.print(plain(f"  {each.since:%Y-%m-%d %H:%M:%S} to {until}: {each.summary}"), soft_wrap=True)
        if len(spans) > MOST_SHOWN:
            console.print(f"  and {len(spans) - MOST_SHOWN:,} more times")
        console.print(f"  raised {len(spans):,} times, {row['alerts']:,} alerts")
    if quiet:
        console.print(plain(f"\nnothing to tell: {', '.join(quiet)}"), soft_wrap=True)


def _draw(signal: Mapping[str, Any], held: Iterable[Span], begin: datetime, end: datetime) -> None:
    known = [each for each in signal["means"] if each is not None]
    if not known:
        return
    console = stdout()
    console.print(
        plain(f"  {signal['signal']}, {min(known):g} to {max(known):g}, {signal['observations']:,} observations")
    )
    console.print(f"  {sparkline(signal['means'])}")
    console.print(f"  {marks(((each.since, each.until or end) for each in held), begin, end)}")
