"""`ragstream logs`."""

import time
from collections.abc import Iterable
from enum import Enum
from itertools import islice
from typing import Annotated, Final

import typer

from infra.log_reader import Following, LogLine, newest_first, worker_logs
from infra.settings import Settings
from streams.cli.log_text import LEVELS, Wanted, for_machines, for_people
from streams.cli.options import new_app
from streams.cli.output import NotRunningError, showing_progress, stderr, stdout
from streams.cli.settings import load_settings
from streams.roles import ROLES

app = new_app()

POLL_S: Final = 0.3
Role = Enum("Role", {role: role for role in ROLES})  # type: ignore[misc]  # typer shows its values as choices
Level = Enum("Level", {level: level for level in LEVELS})  # type: ignore[misc]  # typer shows its values as choices


@app.command()
def logs(
    role: Annotated[Role | None, typer.Argument(help="Only this role's workers.")] = None,
    *,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with lines as they come, until Ctrl-C.")
    ] = False,
    trace: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only lines of this trace, or about this answer, question or document."),
    ] = None,
    level: Annotated[Level, typer.Option(help="Only lines of this level and above.")] = Level["debug"],
    last: Annotated[int, typer.Option("--last", "-n", min=0, help="So many lines, the newest.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Lines as they are written: one JSON object each.")] = False,
) -> None:
    """Show what the workers on this machine have logged, by time.

    It reads the logs of workers that `ragstream up` started with this home folder. Exit code 3 when there are none, or
    when no line is about what --trace names.
    """
    settings = load_settings()
    only = None if role is None else role.value
    if not worker_logs(settings.home, only):
        raise NotRunningError(
            f"no worker{'' if only is None else f' of {only}'} has logged in {settings.home}: "
            "`ragstream up` starts workers"
        )
    wanted = Wanted(level.value, trace)
    following = Following(settings.home, only) if follow else None
    with showing_progress(machine=as_json) as progress:
        progress("Reading the logs")
        found = _found(settings, only, wanted, last)
        progress("")
        if not found and last and not follow:
            _nothing(wanted, settings)
        _show(reversed(found), as_json=as_json)
    known = {line.text for line in found}  # what was written while the logs were read is read again
    while following is not None:
        new = [line for line in following.new() if line.text not in known]
        _show(filter(wanted.takes, new), as_json=as_json)
        known.clear()
        time.sleep(POLL_S)


def _nothing(wanted: Wanted, settings: Settings) -> None:
    """Say that nothing was found. Raises `NotRunningError` where something should have been."""
    above = "" if wanted.level == "debug" else f" of level {wanted.level} and above"
    if wanted.about is not None:
        raise NotRunningError(
            f"no line{above} is about {wanted.about}: the logs in {settings.home / 'logs'} may be younger than it, "
            "or it may be another installation's"
        )
    stderr().print(f"no line{above} yet")


def _found(settings: Settings, role: str | None, wanted: Wanted, last: int) -> list[LogLine]:
    """The newest lines that are wanted, the newest first."""
    paths = worker_logs(settings.home, role)
    if wanted.about is not None:
        for line in newest_first(paths):
            wanted.learn(line)
    return list(islice(filter(wanted.takes, newest_first(paths)), last))


def _show(lines: Iterable[LogLine], *, as_json: bool) -> None:
    console = stdout()
    for line in lines:
        if as_json:
            typer.echo(for_machines(line))
        else:
            console.print(for_people(line), soft_wrap=True)
