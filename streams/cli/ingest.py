"""`ragstream ingest`."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from streams.cli.documents import Common, from_files, from_lines
from streams.cli.lines import lines_of
from streams.cli.options import Json, Tenant, new_app, pairs
from streams.cli.sending import Sending
from streams.cli.settings import load_settings
from streams.cli.tally import Tally
from streams.cli.walk import walk

app = new_app()

STDIN = Path("-")


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders; - reads JSON lines from stdin.")],
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Return when all are readable in the index.")] = False,
    timeout: Annotated[float | None, typer.Option(min=0.1, help="With --wait: give up after so many seconds.")] = None,
    glob: Annotated[
        str | None, typer.Option(help="In folders, only names or paths like this ('*.rst'), whatever the extension.")
    ] = None,
    prefix: Annotated[str, typer.Option(help="Put before every document's id.")] = "",
    tenant: Tenant = "default",
    reader: Annotated[
        list[str] | None, typer.Option(help="A group that may read them; repeatable. None: everyone in the tenant.")
    ] = None,
    metadata: Annotated[
        list[str] | None, typer.Option(help="key=value, or key:=number, to filter by; repeatable.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Send text, Markdown and HTML files to be indexed.

    A document's id is its path below the folder that you name, so ingesting the folder again updates what changed
    and embeds nothing else. A line on stdin is one document as the topic takes it, such as
    {"doc_id": "a", "text": "…", "title": "…", "metadata": {}}.

    Skipped with the reason: what is no regular file, is empty, binary or larger than 8 MiB, and links that lead out of
    the folder. Two files with one id, from two folders, are a failure: tell them apart with --prefix.

    --json ends with one line of counts. With --wait it has new, changed, unchanged, deleted, skipped and failed, and
    the exit code is 1 when any failed.
    """
    common = Common(tenant, tuple(reader or ()), pairs(metadata, "--metadata"))
    if STDIN in paths and len(paths) > 1:
        raise typer.BadParameter("- stands alone", param_hint="PATHS")
    tally = Tally()
    sending = Sending(load_settings(), wait, timeout, machine=as_json)
    if paths == [STDIN]:
        asyncio.run(sending.run(from_lines(lines_of(sys.stdin.buffer), common, tally.failed), tally))
    else:
        asyncio.run(sending.run(from_files(walk(paths, glob, prefix), common, tally.left_out, tally.failed), tally))
    raise typer.Exit(sending.report(tally))
