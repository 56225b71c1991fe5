"""`ragstream dead-letters`."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from schemas.failures import PermanentError
from schemas.operations import DeadLettered
from streams.cli.letter_text import letter_lines
from streams.cli.options import Json, new_app
from streams.cli.output import Exit, NotRunningError, plain, stderr, stdout, telling, write_json
from streams.cli.settings import kafka_of, load_settings
from streams.dead_letters import redriven
from streams.kafka_outbox import KafkaOutbox
from streams.letter_box import Wanted, letters
from streams.records import Outgoing
from streams.topics import TopicNames

app = new_app("List, show and redrive what could not be processed.")

Stage = Annotated[str | None, typer.Option(help="Only letters of this stage: plan, index or answer.")]
Reason = Annotated[str | None, typer.Option(help="Only letters whose reason or error holds this text.")]
IN_ONE_GO = 100


@app.command("list")
def list_letters(
    *,
    stage: Stage = None,
    reason: Reason = None,
    limit: Annotated[int, typer.Option(min=1, help="Show the newest so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List dead letters, newest first, without the bytes that they hold."""
    found = _read(Wanted(stage=stage, reason=reason), machine=as_json)
    newest = list(reversed(found))[:limit]
    if as_json:
        write_json({"total": len(found), "dead_letters": [summary(each) for each in newest]})
        return
    table = Table("id", "at", "stage", "record", "error", "reason")
    for each in newest:
        where = f"{each.topic}/{each.partition}@{each.offset}"
        at = each.at.isoformat(timespec="seconds")
        table.add_row(*map(plain, (each.event_id, at, each.stage, where, each.error, each.reason)))
    stdout().print(table)
    stdout().print(f"{len(newest):,} of {len(found):,} dead letters")


@app.command()
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="An id from the list, or its beginning.")],
    *,
    as_json: Json = False,
) -> None:
    """Show one dead letter: the reason, the record's headers, and the beginning of its bytes.

    What could steer a terminal is shown as an escape. --json prints the whole event, the bytes in base64. Exit code 3
    when there is none of that id.
    """
    found = _read(Wanted(ids=(letter_id,)), machine=as_json)
    if len(found) != 1:
        raise NotRunningError(f"{len(found) or 'no'} dead letters have an id that begins with {letter_id}")
    if as_json:
        sys.stdout.write(found[0].model_dump_json() + "\n")
        return
    for line in letter_lines(found[0]):
        stdout().print(line, soft_wrap=True)


@app.command()
def redrive(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="Ids from the list, or their beginnings.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="All of them, or all that --stage and --reason leave.")
    ] = False,
    stage: Stage = None,
    reason: Reason = None,
    as_json: Json = False,
) -> None:
    """Send records back to where they came from, under their old identity, once the cause is mended.

    A letter stays on its topic afterwards. Redriving an old version of a document brings that version back, unless
    its producer gives a source_version: then it is recognised as stale. Exit code 1 when one could not be sent,
    3 when nothing matched.
    """
    if bool(ids) == everything:
        raise typer.BadParameter("give ids, or --all", param_hint="ID")
    found = _read(Wanted(tuple(ids or ()), stage, reason), machine=as_json)
    if not found:
        raise NotRunningError("no dead letter matches")
    sent, refused = asyncio.run(_send_back(found))
    if as_json:
        write_json({"redriven": sent, "failed": refused})
    else:
        for each in refused:
            stderr().print(plain(each), soft_wrap=True)
        stdout().print(f"{sent:,} redriven, {len(refused):,} failed")
    raise typer.Exit(Exit.FAILED if refused else Exit.OK)


def summary(letter: DeadLettered) -> dict[str, object]:
    """One row of the list for machines."""
    return letter.model_dump(mode="json", exclude={"key", "value", "headers", "type"})


def _read(wanted: Wanted, *, machine: bool) -> Sequence[DeadLettered]:
    settings = load_settings()
    with telling(machine=machine) as progress:
        progress("Reading the dead letters")
        return asyncio.run(letters(kafka_of(settings), TopicNames(settings.namespace), wanted))


async def _send_back(found: Sequence[DeadLettered]) -> tuple[int, list[str]]:
    """How many were sent, and why others could not be."""
    records: list[Outgoing] = []
    refused: list[str] = []
    for letter in found:
        try:
            records.append(redriven(letter))
        except PermanentError as error:
            refused.append(str(error))
    async with KafkaOutbox(kafka_of(load_settings()), "ragstream-cli") as outbox:
        for start in range(0, len(records), IN_ONE_GO):
            await outbox.send(records[start : start + IN_ONE_GO])
    return len(records), refused
