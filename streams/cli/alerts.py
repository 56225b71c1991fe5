"""`ragstream alerts`."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer
from rich.table import Table

from agents.matchers import problem_of
from infra.settings import Settings
from schemas.failures import ConfigurationError
from streams.alert_log import Standing, Told, Wanted, read_alerts, read_standings
from streams.cli.alert_text import alert_lines, consequence_line, moment
from streams.cli.experiments_world import duration
from streams.cli.options import Json, new_app
from streams.cli.output import plain, showing_progress, stdout, write_json
from streams.cli.settings import kafka_of, load_settings
from streams.cli.subscribe_world import Match
from streams.topics import TopicNames

app = new_app()

BEFORE: Final = timedelta(seconds=30)
"""How far back following begins, so that nothing falls between two readings."""


@app.command()
def alerts(
    *,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with alerts as they come, until Ctrl-C.")
    ] = False,
    since: Annotated[
        str | None, typer.Option(metavar="7d", help="Also those of so long ago: a number and m, h or d.")
    ] = None,
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's.")] = None,
    match: Match = None,
    as_json: Json = False,
) -> None:
    """Show which alerts fire now, with what follows from each, and with --since those that were told before.

    What is not told is shown too: pending until it has lasted, or silenced. --json gives one object, with `firing`,
    `pending`, `silenced` and `alerts`; with --follow each alert is an object in a line of its own.
    """
    settings, now = load_settings(), datetime.now(UTC)
    wanted = Wanted(tenant, _matchers(match))
    begin = now if since is None else now - duration(since)
    with showing_progress(machine=as_json) as progress:
        progress("Reading the alerts")
        found = asyncio.run(read_standings(kafka_of(settings), TopicNames(settings.namespace), now, wanted))
        earlier = [] if since is None else asyncio.run(_told(settings, begin, wanted))
    if follow:
        told = earlier or [each.alert for each in found if each.phase == "firing"]
        _show(told, as_json=as_json)
        asyncio.run(_follow(settings, now - BEFORE, wanted, {each.event_id for each in told}, as_json=as_json))
    elif as_json:
        write_json({**_phases(found), "alerts": [each.model_dump(mode="json") for each in earlier]})
    else:
        _show(earlier, as_json=False)
        _show_standings(found)


async def _told(settings: Settings, since: datetime, wanted: Wanted) -> list[Told]:
    names = TopicNames(settings.namespace)
    return [each async for each in read_alerts(kafka_of(settings), names, since, wanted)]


async def _follow(settings: Settings, since: datetime, wanted: Wanted, known: set[str], *, as_json: bool) -> None:
    names = TopicNames(settings.namespace)
    async for each in read_alerts(kafka_of(settings), names, since, wanted, follow=True):
        if each.event_id not in known:
            _show([each], as_json=as_json)


def _matchers(given: list[str] | None) -> tuple[str, ...]:
    found = tuple(part.strip() for each in given or () for part in each.split(",") if part.strip())
    for each in found:
        if (problem := problem_of(each)) is not None:
            raise ConfigurationError(problem)
    return found


def _phases(found: list[Standing]) -> dict[str, list[object]]:
    return {
        phase: [each.alert.model_dump(mode="json") for each in found if each.phase == phase]
        for phase in ("firing", "pending", "silenced")
    }


def _show(found: Iterable[Told], *, as_json: bool) -> None:
    for each in found:
        if as_json:
            write_json(each.model_dump(mode="json"))
            continue
        for line in alert_lines(each):
            stdout().print(line, soft_wrap=True)


def _show_standings(found: list[Standing]) -> None:
    if not found:
        stdout().print("no alert fires")
        return
    table = Table("since", "state", "severity", "alert", "tenant", "summary")
    for each in found:
        alert = each.alert
        follows = "".join(f"\n{consequence_line(one).strip()}" for one in alert.consequences)
        summary = plain(alert.summary) + follows
        table.add_row(moment(alert.started_at), each.phase, alert.severity, plain(alert.alert), alert.tenant, summary)
    stdout().print(table)
