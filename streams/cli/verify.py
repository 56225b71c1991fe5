"""`ragstream verify`."""

import asyncio
from typing import Annotated, Any

import typer
from rich.table import Table

from infra.local.progress import Progress
from infra.models import ensure_model
from infra.settings import Settings
from infra.weaviate_census import Holding, holdings
from infra.weaviate_index import WeaviateIndex
from streams.cli.options import Json, new_app
from streams.cli.output import Exit, NotRunningError, plain, showing_progress, stdout, write_json
from streams.cli.settings import load_settings, located
from streams.planned_chunks import planned_chunks
from streams.roles import INDEX, PLAN, SOURCES
from streams.status import kafka_status
from streams.topics import TopicNames
from streams.verify import Report, compare

app = new_app()

KINDS = ("missing", "extra", "duplicates", "stale")
POLL_S = 0.5
SHOWN = 20


@app.command("verify")
def verify_index(
    *,
    wait: Annotated[
        bool, typer.Option("--wait", help="First wait until plan and index have nothing before them.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Compare every chunk in the index with what planning says should be there.

    Missing: planned and not in the index. Extra: in the index and not planned. Stale: in the index, at another place
    than planned. Exit code 0 when there is no difference, 1 when there is, 3 when documents are still on their way
    (not settled), so that a difference would mean nothing.
    """
    settings = located(load_settings())
    with showing_progress(machine=as_json) as progress:
        report = asyncio.run(audit(settings, progress, wait=wait))
    if as_json:
        write_json(as_object(report))
    else:
        for table in tables(report):
            stdout().print(table)
    raise typer.Exit(Exit.OK if report.clean else Exit.FAILED)


async def audit(settings: Settings, progress: Progress, *, wait: bool) -> Report:
    """Raises `NotRunningError` while documents are on their way."""
    names, bootstrap = TopicNames(settings.namespace), settings.kafka.bootstrap or ""
    while (behind := await _behind(bootstrap, names)) > 0:
        if not wait:
            raise NotRunningError(f"not settled: {behind:,} records are still before plan and index; try --wait")
        progress(f"Waiting for plan and index: {behind:,} records before them")
        await asyncio.sleep(POLL_S)
    progress("Comparing the index with the plan")
    model = await ensure_model(settings, progress)
    held = {each.embedder_id: each for each in await holdings(settings.weaviate, settings.namespace)}
    if model.embedder_id not in held:
        raise NotRunningError(f"Weaviate holds no collection of embedder {model.embedder_id}: nothing was indexed yet")
    index = _open(settings, held[model.embedder_id])
    try:
        return compare(await planned_chunks(bootstrap, names), [each async for each in index.scan()])
    finally:
        await index.close()


def as_object(report: Report) -> dict[str, Any]:
    """Counts, and the differences themselves."""
    return {
        "clean": report.clean,
        "planned": report.planned,
        "stored": report.stored,
        **{kind: len(getattr(report, kind)) for kind in KINDS},
        "differences": {
            kind: [{"tenant": tenant, "doc_id": doc_id, "chunk_id": chunk_id} for tenant, doc_id, chunk_id in found]
            for kind in KINDS
            if (found := getattr(report, kind))
        },
    }


def tables(report: Report) -> list[Table]:
    """Counts, and the first differences of each kind."""
    counts = Table("planned", "stored", *KINDS)
    numbers = (report.planned, report.stored, *(len(getattr(report, kind)) for kind in KINDS))
    counts.add_row(*[f"{number:,}" for number in numbers])
    if report.clean:
        return [counts]
    differences = Table("difference", "tenant", "document", "chunk")
    for kind in KINDS:
        for row in getattr(report, kind)[:SHOWN]:
            differences.add_row(kind, *map(plain, row))
    return [counts, differences]


async def _behind(bootstrap: str, names: TopicNames) -> int:
    """Records before the two roles that write the index."""
    found = await kafka_status(bootstrap, names, {role: SOURCES[role] for role in (PLAN, INDEX)})
    return sum(lag or 0 for lag in found.lags.values())


def _open(settings: Settings, holding: Holding) -> WeaviateIndex:
    return WeaviateIndex(
        settings.weaviate,
        embedder_id=holding.embedder_id,
        dimension=holding.dimension,
        namespace=settings.namespace,
    )
