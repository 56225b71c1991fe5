"""`ragstream embedders`: the main embedder and the candidates, what their indexes hold, and how one is filled."""

import asyncio
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from infra.local.progress import Progress
from infra.models import NamedModel, ensure_models
from infra.settings import Settings
from infra.weaviate_census import holdings
from schemas.failures import ConfigurationError
from streams.backfill import Backfilled, backfill
from streams.cli.embedders_world import Coverage, coverages, index_of
from streams.cli.options import Json, new_app
from streams.cli.output import Exit, NotRunningError, plain, show_facts, showing_progress, stdout, write_json
from streams.cli.settings import load_settings, located
from streams.composition import WEAVIATE_WAIT_S, opened_index

app = new_app("Embedders: the main one and the candidates, with what their indexes hold.")

SHOWN: Final = 20


@app.command("list")
def list_embedders(*, as_json: Json = False) -> None:
    """List the main embedder and the candidates, and how far each one's index differs from the main one.

    Chunks differ that an index lacks, has of another revision, or still has after they were withdrawn. Exit code 1 when
    more do than those of the last documents: `embedders backfill` mends that.
    """
    settings = located(load_settings())
    with showing_progress(machine=as_json) as progress:
        found = asyncio.run(coverages(settings, progress))
    if as_json:
        write_json({"embedders": [as_object(each) for each in found]})
    else:
        table = Table("name", "role", "chunks", "of", "differing", "complete", "embedder")
        for each in found:
            role, complete = "main" if each.main else "candidate", "yes" if each.complete else "no"
            counts = f"{each.chunks:,}", f"{each.wanted:,}", f"{each.differing:,}"
            table.add_row(plain(each.name), role, *counts, complete, plain(each.embedder_id))
        stdout().print(table)
    raise typer.Exit(Exit.OK if all(each.complete for each in found) else Exit.FAILED)


@app.command("backfill")
def backfill_index(
    name: Annotated[str, typer.Argument(help="A candidate, as `embedders list` shows it.")], *, as_json: Json = False
) -> None:
    """Fill a candidate's index from the main one, which is only read: embed what it lacks, delete what was withdrawn.

    Documents may come meanwhile. It may be stopped and run again, and does only what is left. Exit code 0 when both
    hold the same at the end, 1 when a chunk was refused or documents came faster than they were copied.
    """
    settings = located(load_settings())
    with showing_progress(machine=as_json) as progress:
        done = asyncio.run(_filled(settings, name, progress))
    show_facts(as_facts(name, done), as_json=as_json)
    raise typer.Exit(Exit.OK if done.complete else Exit.FAILED)


def as_object(each: Coverage) -> dict[str, Any]:
    """One row for machines."""
    return {**vars(each), "complete": each.complete}


def as_facts(name: str, done: Backfilled) -> dict[str, Any]:
    """What was done, and the first of what was refused."""
    refused = [f"{tenant}/{chunk_id}: {reason}" for (tenant, chunk_id), reason in done.refused.items()]
    facts = {
        "embedder": name,
        "complete": done.complete,
        "chunks": done.chunks,
        "copied": done.copied,
        "deleted": done.deleted,
        "rounds": done.rounds,
        "still_different": done.different,
        "refused": len(refused),
    }
    return {**facts, "reasons": "\n".join(refused[:SHOWN])} if refused else facts


def candidate(models: list[NamedModel], name: str) -> NamedModel:
    """The candidate of that name. Raises `ConfigurationError` when there is none, or it is the main embedder."""
    main, *others = models
    for each in others:
        if each.name == name:
            return each
    if name == main.name:
        raise ConfigurationError(f"{name} is the main embedder, whose index the roles plan and index fill")
    known = " and ".join(each.name for each in others) or "none"
    raise ConfigurationError(
        f"there is no candidate {name!r}; there is {known}: name it in RAGSTREAM_EMBEDDER__CANDIDATES"
    )


async def _filled(settings: Settings, name: str, progress: Progress) -> Backfilled:
    models = list(await ensure_models(settings, progress))
    chosen, main = candidate(models, name), models[0]
    held = {each.embedder_id: each for each in await holdings(settings.weaviate, settings.namespace)}
    if main.embedder_id not in held:
        raise NotRunningError(f"Weaviate holds no collection of embedder {main.embedder_id}: nothing was indexed yet")
    source = index_of(settings, held[main.embedder_id])
    try:
        await source.connect(WEAVIATE_WAIT_S)
        async with opened_index(chosen.settings, chosen.folder) as (embedder, index):
            return await backfill(source, index, embedder, progress)
    finally:
        await source.close()
