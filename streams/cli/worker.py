"""`ragstream worker`."""

from enum import Enum
from typing import Annotated

import typer

from streams.cli.options import new_app
from streams.cli.settings import load_settings
from streams.roles import ROLES
from streams.worker import run_worker

app = new_app()

Role = Enum("Role", {role: role for role in ROLES})  # type: ignore[misc]  # typer shows its values as choices


@app.command()
def worker(
    role: Annotated[Role, typer.Argument(help="What it is to do.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Log lines are JSON even at a terminal.")] = False,
) -> None:
    """Run one role until SIGTERM or Ctrl-C. Start as many as you like: Kafka shares the partitions out among them.

    It needs RAGSTREAM_KAFKA__BOOTSTRAP and, but for `plan`, RAGSTREAM_WEAVIATE__URL. Logs go to stderr. Exit code 70
    means that nearly everything failed and the worker stopped rather than empty its topic into the dead letters.
    """
    raise typer.Exit(run_worker(role.value, load_settings(), machine=as_json))
