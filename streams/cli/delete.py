"""`ragstream delete`."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import typer

from schemas.documents import DocumentDeleted
from streams.cli.options import Json, Tenant, new_app
from streams.cli.sending import Sending
from streams.cli.settings import load_settings
from streams.cli.tally import Tally

app = new_app()


@app.command()
def delete(
    doc_ids: Annotated[list[str], typer.Argument(help="Ids of documents, as they were ingested.")],
    *,
    tenant: Tenant = "default",
    wait: Annotated[bool, typer.Option("--wait", help="Return when they can no longer be found.")] = False,
    timeout: Annotated[float | None, typer.Option(min=0.1, help="With --wait: give up after so many seconds.")] = None,
    as_json: Json = False,
) -> None:
    """Withdraw documents: their chunks leave the index. One that was never there counts as skipped."""
    tally = Tally()
    sending = Sending(load_settings(), wait, timeout, machine=as_json)
    asyncio.run(sending.run(_deletions(doc_ids, tenant), tally))
    raise typer.Exit(sending.report(tally))


async def _deletions(doc_ids: Sequence[str], tenant: str) -> AsyncIterator[DocumentDeleted]:
    for doc_id in doc_ids:
        yield DocumentDeleted(doc_id=doc_id, tenant=tenant)
