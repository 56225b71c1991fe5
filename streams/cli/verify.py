"""`ragstream verify`."""

import asyncio
from typing import Annotated, Any

import typer
from rich.table import Table

from infra.local.progress import Progress
from infra.models import ensure_models
from infra.settings import Settings
from infra.weaviate_census import Holding, holdings
from schemas.passages import StoredChunk
from streams.cli.embedders_world import index_of
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
    """Compare every chunk in the index, and in those of candidates, with what planning says should be there.

    Missing: planned and not in the index. Extra: in the index and not planned. Stale: in the index, at another place
    than planned, or in a candidate's of another revision than in the main one. Exit code 0 when there is no difference,
    1 when there is, 3 when documents are still on their way (not settled), so that a difference would mean nothing.
    """
    settings = located(load_settings())
    with showing_progress(machine=as_json) as progress:
        main, candidates = asyncio.run(audit(settings, progress, wait=wait))
    clean = all(each.clean for each in (main, *candidates.values()))
    if as_json:
        others = {name: as_object(report) for name, report in candidates.items()}
        write_json({**as_object(main), "clean": clean, "candidates": others})
    else:
        for name, report in {"": main, **candidates}.items():
            for table in tables(report, name):
                stdout().print(table)
    raise typer.Exit(Exit.OK if clean else Exit.FAILED)


async def audit(settings: Settings, progress: Progress, *, wait: bool) -> tuple[Report, dict[str, Report]]:
    """The report on the main index, and those on the candidates' by name.

    Raises `NotRunningError` while documents are on their way.
    """
    names, bootstrap = TopicNames(settings.namespace), settings.kafka.bootstrap or ""
    while (behind := await _behind(bootstrap, names)) > 0:
        if not wait:
            raise NotRunningError(f"not settled: {behind:,} records are still before plan and index; try --wait")
        progress(f"Waiting for plan and index: {behind:,} records before them")
        await asyncio.sleep(POLL_S)
    progress("Comparing the index with the plan")
    main, *candidates = await ensure_models(settings, progress)
    held = {each.embedder_id: each for each in await holdings(settings.weaviate, settings.namespace)}
    if main.embedder_id not in held:
        raise NotRunningError(f"Weaviate holds no collection of embedder {main.embedder_id}: nothing was indexed yet")
    planned, stored = await planned_chunks(bootstrap, names), await _stored(settings, held[main.embedder_id])
    revisions = {(tenant, chunk.chunk_id): chunk.revision for tenant, chunk in stored}
    reports = {}
    for each in candidates:
        progress(f"Comparing the index of {each.name} with the plan")
        reports[each.name] = compare(planned, await _stored(settings, held.get(each.embedder_id)), revisions)
    return compare(planned, stored), reports


async def _stored(settings: Settings, holding: Holding | None) -> list[tuple[str, StoredChunk]]:
    """What a collection holds; nothing where there is none."""
    if holding is None:
        return []
    index = index_of(settings, holding)
    try:
        return [each async for each in index.scan()]
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


def tables(report: Report, candidate: str = "") -> list[Table]:
    """Counts, and the first differences of each kind, of the main index or a candidate's."""
    title = f"candidate {plain(candidate)}" if candidate else None
    counts = Table("planned", "stored", *KINDS, title=title)
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
