"""`ragstream down`."""

from typing import Annotated

import typer

from infra.local import stack
from streams.cli.options import Json, new_app
from streams.cli.output import showing_progress, stdout, write_json
from streams.cli.settings import load_settings

app = new_app()


@app.command()
def down(
    *,
    wipe: Annotated[
        bool, typer.Option("--wipe", help="Then remove the local servers' data, all state, logs and traces.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Stop all that `ragstream up` started here: workers first, then the servers. Data stays, unless you say --wipe."""
    settings = load_settings()
    with showing_progress(machine=as_json) as progress:
        stopped = stack.down(settings, progress)
        removed = stack.wipe(settings) if wipe else ()
    if as_json:
        write_json({"stopped": stopped, "removed": [str(path) for path in removed]})
        return
    console = stdout()
    console.print(f"Stopped {', '.join(stopped)}." if stopped else f"Nothing ran in {settings.home}.")
    if wipe:
        console.print(f"Removed {', '.join(path.name for path in removed) or 'nothing'} from {settings.home}.")
