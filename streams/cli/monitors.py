"""`ragstream monitors`: what is watched and how, how it stands, and what it would have said."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError
from rich.table import Table

from schemas.failures import ConfigurationError
from schemas.monitors import BaselineSet, MonitorDefined
from schemas.operations import AlertSilenced
from streams.cli.monitors_replay import replay
from streams.cli.monitors_silence import silence, silence_object
from streams.cli.monitors_world import DEFAULT_TENANT, Name, Tenant, found, read_log, read_states, seen_lately, send
from streams.cli.options import Json, new_app
from streams.cli.output import NotRunningError, plain, show_facts, show_list, stderr, stdout, write_json
from streams.cli.settings import load_settings
from streams.codec import field_reasons
from streams.monitor_checks import check_room
from streams.monitor_file import monitor_object, monitor_yaml, read_monitor_file
from streams.monitor_views import rule, standing, status

app = new_app("Monitors: what is watched and how, how it stands now, and what it would have said of the past.")
app.command()(replay)
app.command()(silence)


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="A monitor, or several under `monitors`, in YAML.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the file, and publish nothing.")] = False,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Check monitors, and watch them from now on. One of a default's name stands in for it; `disabled: true` ends one.

    What is in force already is not sent again. It says how often each signal was seen in the last hour; `monitors
    replay FILE` says what the monitors would have told.
    """
    settings = load_settings()
    definitions = read_monitor_file(file, tenant)
    log = read_log(settings, machine=as_json)
    check_room(log.book.own(tenant), definitions)
    seen = seen_lately(settings, definitions, machine=as_json)
    new = [each for each in definitions if _differs(each, log.book.find(tenant, each.name))]
    if not dry_run:
        send(settings, new)
    rows = [
        {
            "name": each.name,
            "version": each.version,
            "published": each in new and not dry_run,
            "disabled": each.disabled,
            "rule": rule(each),
            "observations_of_the_last_hour": seen.get(each.name, 0),
        }
        for each in definitions
    ]
    if as_json:
        write_json({"monitors": rows})
        return
    table = Table("name", "published", "looks for", "seen in the last hour")
    for row in rows:
        count = f"{row['observations_of_the_last_hour']:,}"
        table.add_row(plain(str(row["name"])), "yes" if row["published"] else "no", plain(str(row["rule"])), count)
    stdout().print(table)
    for each in definitions:
        if not seen.get(each.name) and not each.disabled:
            what = f"{each.signal} of {each.source}"
            stderr().print(
                plain(f"{each.name}: {what} was not seen in the last hour; is it called so?"), soft_wrap=True
            )


@app.command("list")
def list_monitors(*, tenant: Tenant = DEFAULT_TENANT, as_json: Json = False) -> None:
    """List a tenant's monitors, the defaults too, how each stands, and the silences.

    Exit code 1 when something on the topic could not be followed.
    """
    settings = load_settings()
    log = read_log(settings, machine=as_json)
    states = read_states(settings, tenant, machine=as_json)
    rows = [
        {
            "name": each.name,
            "status": status(each, states),
            "source": each.source,
            "signal": each.signal,
            "rule": rule(each),
            "severity": each.severity,
            "default": log.book.is_default(tenant, each.name),
            "about": each.about,
        }
        for each in log.book.all(tenant)
    ]
    silences = log.book.silences(tenant, datetime.now(UTC))
    listed = {"monitors": rows, "silences": [silence_object(each) for each in silences]}
    show_list(listed, _table(rows), log.problems, lines=map(_in_words, silences), as_json=as_json)


@app.command()
def show(name: Name, *, tenant: Tenant = DEFAULT_TENANT, as_json: Json = False) -> None:
    """Print a monitor as the YAML file that applies it, and what the role `watch` knows for it now.

    Exit code 3 when there is none.
    """
    settings = load_settings()
    log = read_log(settings, machine=as_json)
    definition = found(log, tenant, name)
    now = standing(definition, read_states(settings, tenant, machine=as_json))
    baselines = log.book.baselines(tenant, name)
    if as_json:
        kept = [{"baseline": each.baseline, "action": each.action, "at": each.at} for each in baselines]
        write_json({"version": definition.version, **monitor_object(definition), "standing": now, "baselines": kept})
        return
    stdout().print(plain(monitor_yaml(definition)), soft_wrap=True, end="")
    for row in now:
        since = f"raised since {row['since']}: {row['summary']}" if row["raised"] else "well"
        stdout().print(plain(f"\n{row['signal']}, {since}"), soft_wrap=True)
        show_facts(row["numbers"], as_json=False)
    if not now:
        stderr().print("nothing was seen of it yet")


@app.command()
def baseline(
    name: Name,
    action: Annotated[Literal["take", "keep", "restore"], typer.Argument(help="What to do.")],
    kept: Annotated[
        str, typer.Argument(metavar="[BASELINE]", help="The name to keep it under, or to go back to.")
    ] = "",
    *,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Say what a monitor compares with: `take` what came lately, `keep` it as it is now, or `restore` what was kept.

    Exit code 3 when there is no such monitor, or nothing was kept under that name.
    """
    settings = load_settings()
    log = read_log(settings, machine=as_json)
    definition = found(log, tenant, name)
    if (action == "take") == bool(kept):
        raise ConfigurationError("`take` goes without the name of a baseline, `keep` and `restore` with one")
    if definition.detector.kind == "threshold":
        raise ConfigurationError(f"the monitor {name} compares with its bound only: it has no baseline")
    known = {each.baseline for each in log.book.baselines(tenant, name)}
    if action == "restore" and kept not in known:
        there = ", ".join(sorted(known - {"current"})) or "none"
        raise NotRunningError(f"no baseline {kept!r} of {name} was kept; those that were: {there}")
    try:
        event = BaselineSet(tenant=tenant, monitor=name, baseline=kept or "current", action=action, reason=reason)
    except ValidationError as error:
        raise ConfigurationError(f"this baseline cannot be: {field_reasons(error)}") from None
    send(settings, [event])
    show_facts({"monitor": name, "baseline": event.baseline, "action": action, "published": True}, as_json=as_json)


def _differs(definition: MonitorDefined, known: MonitorDefined | None) -> bool:
    return known is None or (known.version, known.about) != (definition.version, definition.about)


def _table(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table("name", "status", "source", "signal", "looks for", "severity", "about")
    for row in rows:
        cells = (row[each] for each in ("name", "status", "source", "signal", "rule", "severity", "about"))
        table.add_row(*(plain(str(each)) for each in cells))
    return table


def _in_words(silence: AlertSilenced) -> str:
    said = f"{' '.join(silence.match)} {silence.reason}".rstrip()
    return f"{silence.silence}: silent until {silence.until:%Y-%m-%d %H:%M} UTC: {said}"
