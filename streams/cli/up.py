"""`ragstream up`."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from infra.local import stack
from infra.local.progress import Progress
from infra.models import ensure_models
from infra.settings import Settings
from infra.webhook_signature import ensure_signing_key
from streams.cli.options import Json, new_app
from streams.cli.output import showing_progress, stdout, write_json
from streams.cli.role_processes import start_roles
from streams.cli.settings import load_settings
from streams.kafka_admin import ensure_topics, planned_topics
from streams.roles import TABLES
from streams.topics import TopicNames

app = new_app()


@app.command()
def up(
    *,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Workers of each role; four partitions keep four busy.")
    ] = 1,
    as_json: Json = False,
) -> None:
    """Start Kafka, Weaviate and the workers of each role, and return once they are ready.

    What runs already is left alone, so it is also how to restart a part that died. The first time, Kafka is fetched,
    Weaviate is built and the embedding model is prepared: minutes, once. A server that RAGSTREAM_KAFKA__BOOTSTRAP or
    RAGSTREAM_WEAVIATE__URL names is used instead of a local one.
    """
    settings = load_settings()
    with showing_progress(machine=as_json) as progress:
        running, started = asyncio.run(bring_up(settings, workers, progress))
    facts = {
        "started": started,
        "kafka": running.kafka.bootstrap,
        "weaviate": running.weaviate.address,
        "home": str(settings.home),
    }
    if as_json:
        write_json(facts)
        return
    table = Table(show_header=False, box=None)
    for name, value in facts.items():
        table.add_row(name, ", ".join(value) or "nothing was missing" if isinstance(value, list) else value)
    stdout().print(table)


async def bring_up(settings: Settings, workers: int, progress: Progress) -> tuple[Settings, list[str]]:
    """Everything that is missing; gives the settings with both servers filled in, and the names of what was started."""
    servers = await stack.up(settings, progress)
    running = servers.applied_to(settings)
    progress("Making sure of the topics")
    await ensure_topics(
        servers.kafka_bootstrap,
        planned_topics(TopicNames(settings.namespace), TABLES),
        settings.kafka.replication_factor,
    )
    await ensure_models(running, progress)
    ensure_signing_key(running.dispatch, running.home)
    return running, [*servers.started, *await start_roles(running, workers, progress)]
