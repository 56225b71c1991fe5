"""`ragstream experiments report`."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from infra.local.files import write_whole
from infra.settings import Settings
from schemas.experiments import ExperimentReported
from streams.cli.experiments_page import COLUMNS, NOT_TRUSTED, TOO_EARLY, cells, notes, page
from streams.cli.experiments_plot import terminal_plot
from streams.cli.experiments_world import Name, Tenant, events_since, found, read_log
from streams.cli.options import Json
from streams.cli.output import plain, show_facts, showing_progress, stdout, write_json
from streams.cli.settings import load_settings
from streams.experiment_book import DEFAULT_TENANT
from streams.experiment_history import History
from streams.topics import EXPERIMENT_REPORTS


def report(
    name: Name,
    *,
    html: Annotated[Path | None, typer.Option("--html", metavar="PAGE", help="Write a page with the plots.")] = None,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Show what an experiment has found so far: arms, differences from the control, and how they came to be known.

    The intervals hold at every look, with all arms and metrics allowed for. Exit code 3 when there is no such
    experiment.
    """
    settings = load_settings()
    definition = found(read_log(settings, machine=as_json), tenant, name)
    with showing_progress(machine=as_json) as progress:
        progress("Reading the reports")
        history = asyncio.run(_history(settings, tenant, name))
    facts = _facts(history, name, definition.about)
    if html is not None:
        write_whole(html, page(f"Experiment {name}", facts, history))
    if as_json:
        write_json(_object(history, name, tenant))
    else:
        _print(facts, history)


async def _history(settings: Settings, tenant: str, name: str) -> History:
    history = History()
    async for event in events_since(settings, (EXPERIMENT_REPORTS,), None):
        if isinstance(event, ExperimentReported) and (event.tenant, event.name) == (tenant, name):
            history.add(event)
    return history


def _facts(history: History, name: str, about: str) -> dict[str, str]:
    last = history.last
    facts = {"name": name} | ({"about": about} if about else {})
    if last is None:
        return {**facts, "status": "nothing was counted yet"}
    units = ", ".join(f"{arm} {count:,}" for arm, count in last.exposures.items())
    return {
        **facts,
        "version": last.version,
        "status": last.status,
        "share": f"{last.share:.0%} of the eligible units",
        "units": units or "none",
        "with an outcome": f"{last.outcomes:,}",
        "split": f"p = {last.srm_p_value:.4g}" + ("" if last.trusted else ": not as configured"),
        "last decision": last.decision or "none",
        "as of": last.at.isoformat(timespec="seconds"),
    }


def _object(history: History, name: str, tenant: str) -> dict[str, Any]:
    looks = [
        {"metric": metric, "arm": arm, "looks": [vars(each) for each in history.looks(metric, arm)]}
        for metric, arm in history.contrasts()
    ]
    last = history.last
    return {
        "name": name,
        "tenant": tenant,
        "report": None if last is None else last.model_dump(mode="json"),
        "history": looks,
    }


def _print(facts: dict[str, str], history: History) -> None:
    show_facts(facts, as_json=False)
    last = history.last
    if last is None:
        return
    console = stdout()
    if not last.trusted:
        console.print(NOT_TRUSTED)
    table = Table(*COLUMNS)
    for each in last.estimates:
        table.add_row(*map(plain, cells(each)))
    console.print(table)
    for note in notes(last.estimates):
        console.print(note)
    primary = history.contrasts()[:1]
    for metric, arm in history.contrasts():
        if metric == primary[0][0]:
            console.print(f"\n{plain(metric)}: {plain(arm)} minus the control (o), and all that is possible (:)")
            looks = history.looks(metric, arm)
            console.print(terminal_plot(looks) if looks else TOO_EARLY, soft_wrap=True)
