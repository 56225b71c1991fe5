"""`ragstream models`."""

import asyncio

from rich.table import Table

from infra.models import ensure_model
from streams.cli.options import Json, new_app
from streams.cli.output import showing_progress, stdout, write_json
from streams.cli.settings import load_settings

app = new_app("Fetch and prepare the embedding model.")


@app.callback()
def models() -> None:
    """Fetch and prepare the embedding model."""


@app.command()
def pull(*, as_json: Json = False) -> None:
    """Make sure that the embedding model which the settings name is here; print its id and folder.

    `ragstream up` does the same. Run it where an image is built, so that its workers start without a download.
    """
    settings = load_settings()
    with showing_progress(machine=as_json) as progress:
        model = asyncio.run(ensure_model(settings, progress))
    facts = {"embedder": model.embedder_id, "folder": str(model.path)}
    if as_json:
        write_json(facts)
        return
    table = Table(show_header=False, box=None)
    for name, value in facts.items():
        table.add_row(name, value)
    stdout().print(table)
