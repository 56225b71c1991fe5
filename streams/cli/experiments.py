"""`ragstream experiments`: what is tried on whom, what it shows so far, and what it would have changed."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from infra.settings import Settings
from schemas.experiments import ExperimentDecided, ExperimentDefined
from schemas.questions import QuestionAsked
from streams.cli.embedders_world import check_coverage, embedders_of
from streams.cli.experiments_report import report
from streams.cli.experiments_simulate import simulate
from streams.cli.experiments_world import Name, Tenant, events_since, found, read_log, send, served_by
from streams.cli.options import Json, new_app
from streams.cli.output import plain, show_facts, show_list, showing_progress, stdout, write_json
from streams.cli.settings import load_settings, located
from streams.experiment_book import DEFAULT_TENANT
from streams.experiment_checks import check_against, shares
from streams.experiment_file import experiment_object, experiment_yaml, read_experiment_file
from streams.experiment_forecast import Traffic, TrafficCount, forecast
from streams.topics import QUERIES

app = new_app("Experiments: try arms on a share of the questions, and see what is known at any time.")
app.command()(report)
app.command()(simulate)

DAY = timedelta(days=1)


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="An experiment, in YAML.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and publish nothing.")] = False,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Check an experiment, say what will happen, and start it, or change the one of its name.

    Workers follow within a second. Nothing is published when an arm names what does not exist, or when another
    experiment that runs has the same units. A definition that is in force already is not sent again.
    """
    settings = load_settings()
    definition = read_experiment_file(file, tenant)
    log = read_log(settings, machine=as_json)
    check_against(definition, log, served_by(settings))
    known = log.book.find(tenant, definition.name)
    new = known is None or known[0].version != definition.version or known[0].about != definition.about
    with showing_progress(machine=as_json) as progress:
        if embedders_of(definition):
            asyncio.run(check_coverage(located(settings), definition, progress))
        progress("Counting the questions of the last day")
        day = asyncio.run(_last_day(settings, definition))
    if new and not dry_run:
        send(settings, definition)
    _say(definition, forecast(definition, day), published=new and not dry_run, as_json=as_json)


@app.command("list")
def list_experiments(*, tenant: Tenant = DEFAULT_TENANT, as_json: Json = False) -> None:
    """List a tenant's experiments, and what on the topic could not be followed.

    Exit code 1 when there is something that could not be followed: workers have said so too, and keep what they had.
    """
    log = read_log(load_settings(), machine=as_json)
    rows = [
        _summary(definition, decision, log.advice.get((tenant, definition.name)))
        for definition, decision in log.book.all()
        if definition.tenant == tenant
    ]
    table = Table("name", "status", "share", "unit", "arms", "mode", "last decision", "about")
    for row in rows:
        cells = row["name"], row["status"], f"{row['share']:.0%}", row["unit"], ", ".join(row["arms"])
        table.add_row(*map(plain, cells), row["mode"], plain(row["decision"]), plain(row["about"]))
    show_list({"experiments": rows}, table, log.problems, as_json=as_json)


@app.command()
def show(name: Name, *, tenant: Tenant = DEFAULT_TENANT, as_json: Json = False) -> None:
    """Print an experiment as the YAML file that applies it.

    Exit code 3 when there is none.
    """
    definition = found(read_log(load_settings(), machine=as_json), tenant, name)
    if as_json:
        write_json({"version": definition.version, **experiment_object(definition)})
    else:
        stdout().print(plain(experiment_yaml(definition)), soft_wrap=True, end="")


@app.command()
def stop(name: Name, *, tenant: Tenant = DEFAULT_TENANT, as_json: Json = False) -> None:
    """Assign nobody any more. What was assigned still counts; applying the file again goes on.

    Exit code 3 when there is no such experiment.
    """
    settings = load_settings()
    definition = found(read_log(settings, machine=as_json), tenant, name)
    if not definition.stopped:
        send(settings, definition.model_copy(update={"stopped": True}))
    show_facts({"name": name, "stopped": True, "published": not definition.stopped}, as_json=as_json)


async def _last_day(settings: Settings, definition: ExperimentDefined) -> Traffic:
    since = datetime.now(UTC) - DAY
    count = TrafficCount(definition)
    async for event in events_since(settings, (QUERIES,), since):
        if isinstance(event, QuestionAsked) and event.at >= since:
            count.add(event)
    return count.total


def _summary(
    definition: ExperimentDefined, decision: ExperimentDecided | None, last: ExperimentDecided | None
) -> dict[str, Any]:
    advice = "" if last is None or last.in_force or last.decision == "start" else "advice: "
    return {
        "name": definition.name,
        "version": definition.version,
        "status": _status(definition, decision),
        "share": 0.0 if definition.stopped else decision.share if decision else definition.ramp[0],
        "unit": definition.unit,
        "layer": definition.layer,
        "arms": [arm.name for arm in definition.arms],
        "mode": definition.mode,
        "decision": "" if last is None else f"{advice}{last.decision} {last.arm}".rstrip() + f", {last.reason}",
        "about": definition.about,
    }


def _status(definition: ExperimentDefined, decision: ExperimentDecided | None) -> str:
    if definition.stopped:
        return "stopped"
    if decision is None or decision.decision in {"start", "ramp-up"}:
        return "running"
    if decision.decision == "ship":
        return "shipped"
    if decision.share > 0:
        return "running"
    return "rolled back" if decision.decision == "roll-back" else "stopped"


def _say(definition: ExperimentDefined, expected: dict[str, Any], *, published: bool, as_json: bool) -> None:
    facts = {"name": definition.name, "version": definition.version, "published": published, "unit": definition.unit}
    split = {arm: round(share, 4) for arm, share in shares(definition).items()}
    if as_json:
        eligible = {"tenants": list(definition.tenants), "share": definition.ramp[0]}
        write_json({**facts, "arms": split, **eligible, **expected})
        return
    show_facts(
        {
            **facts,
            "arms": ", ".join(f"{arm} {share:.1%}" for arm, share in split.items()),
            **_whom(definition),
            "decisions": "take effect by themselves" if definition.mode == "automatic" else "are advice only",
            **_how_long(expected),
        },
        as_json=False,
    )


def _whom(definition: ExperimentDefined) -> dict[str, str]:
    own = ("everybody",) if definition.tenant == DEFAULT_TENANT else (definition.tenant,)
    whose = ", ".join(definition.tenants or own)
    stretch = definition.layer_to - definition.layer_from
    first, *later = (f"{each:.0%}" for each in definition.ramp)
    return {
        "takes in": f"questions of {whose} that say a {definition.unit}; {stretch:.0%} of the units",
        "begins with": f"{first} of them" + (f", then {', '.join(later)}" if later else ""),
    }


def _how_long(expected: dict[str, Any]) -> dict[str, str]:
    needed, days = expected["units_needed_per_arm_at_most"], expected["days_at_full_share_at_most"]
    units, questions = expected["units_of_the_last_day"], expected["questions_of_the_last_day"]
    return {
        "last day": f"{units:,} such units in {questions:,} questions of everybody",
        "needs": "nobody can say: it has no minimum effect" if needed is None else f"at most {needed:,} units an arm",
        "takes": "nobody can say" if days is None else f"at most {days:,} days once the ramp is at its end",
    }
