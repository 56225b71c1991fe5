"""`ragstream alerts`."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from infra.settings import Settings
from schemas.operations import AlertFired
from streams.alert_log import Firing, Told, read_alerts
from streams.cli.alert_text import alert_lines, consequence_line, moment
from streams.cli.experiments_world import duration
from streams.cli.options import Json, new_app
from streams.cli.output import plain, showing_progress, stderr, stdout, write_json
from streams.cli.settings import kafka_of, load_settings
from streams.topics import TopicNames

app = new_app()


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
    as_json: Json = False,
) -> None:
    """Show which alerts fire now, what follows from each, and with --since those that fired before.

    --json gives one object, `firing` and `alerts`; with --follow each alert is an object in a line of its own.
    """
    settings = load_settings()
    begin = None if since is None else datetime.now(UTC) - duration(since)
    with showing_progress(machine=as_json) as progress:
        progress("Reading the alerts")
        told = asyncio.run(_all(_alerts(settings, tenant)))
    firing = Firing()
    for each in told:
        firing.add(each)
    earlier = [each for each in told if begin is not None and each.at >= begin]
    if follow:
        _show_each(earlier if begin is not None else firing.now(), as_json=as_json)
        asyncio.run(_follow(settings, tenant, {each.event_id for each in told}, as_json=as_json))
    elif as_json:
        write_json({"firing": [_object(each) for each in firing.now()], "alerts": [_object(each) for each in earlier]})
    else:
        _show_each(earlier, as_json=False)
        _show_firing(firing.now())


def _alerts(settings: Settings, tenant: str | None, follow: datetime | None = None) -> AsyncIterator[Told]:
    return read_alerts(kafka_of(settings), TopicNames(settings.namespace), tenant, follow=follow)


async def _all(found: AsyncIterator[Told]) -> list[Told]:
    return [each async for each in found]


async def _follow(settings: Settings, tenant: str | None, known: set[str], *, as_json: bool) -> None:
    """From a minute ago, so that nothing falls between the two readings."""
    begin = datetime.fromtimestamp(datetime.now(UTC).timestamp() - 60, UTC)
    async for each in _alerts(settings, tenant, begin):
        if each.event_id not in known:
            _show_each([each], as_json=as_json)


def _show_each(found: list[Told] | list[AlertFired], *, as_json: bool) -> None:
    for each in found:
        if as_json:
            write_json(_object(each))
        else:
            for line in alert_lines(each):
                stdout().print(line, soft_wrap=True)


def _show_firing(firing: list[AlertFired]) -> None:
    if not firing:
        stdout().print("no alert fires")
        return
    table = Table("since", "severity", "alert", "tenant", "summary")
    for each in firing:
        follows = "".join(f"\n{consequence_line(one).strip()}" for one in each.consequences)
        table.add_row(
            moment(each.started_at), each.severity, plain(each.alert), each.tenant, plain(each.summary) + follows
        )
    stdout().print(table)
    stderr().print(f"{len(firing):,} {'alert fires' if len(firing) == 1 else 'alerts fire'}")


def _object(alert: Told) -> dict[str, object]:
    return alert.model_dump(mode="json")
