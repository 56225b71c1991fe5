"""`ragstream dead-letters`."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated, Final

import typer
from rich.table import Table

from infra.settings import Settings
from schemas.failures import PermanentError
from schemas.operations import DeadLettered
from streams.cli.letter_text import letter_lines
from streams.cli.options import Json, new_app
from streams.cli.output import Exit, NotRunningError, plain, showing_progress, stderr, stdout, write_json
from streams.cli.settings import kafka_of, load_settings
from streams.dead_letters import PlanNotRedrivenError, redriven
from streams.kafka_outbox import KafkaOutbox
from streams.letter_box import Wanted, in_groups, letters, newest
from streams.records import Outgoing
from streams.topic import MIB
from streams.topics import TopicNames

app = new_app("List, show and redrive what could not be processed.")

Stage = Annotated[str | None, typer.Option(help="Only letters of this stage: plan, index or answer.")]
Reason = Annotated[str | None, typer.Option(help="Only letters whose reason or error holds this text.")]
IN_ONE_GO: Final = 16 * MIB
"""Bytes that are held and sent together."""


@app.command("list")
def list_letters(
    *,
    stage: Stage = None,
    reason: Reason = None,
    limit: Annotated[int, typer.Option(min=1, help="Show the newest so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List dead letters, newest first, without the bytes that they hold."""
    settings = load_settings()
    with showing_progress(machine=as_json) as progress:
        progress("Reading the dead letters")
        total, found = asyncio.run(newest(_letters(settings, Wanted(stage=stage, reason=reason)), limit))
    if as_json:
        write_json({"total": total, "dead_letters": [summary(each) for each in found]})
        return
    table = Table("id", "at", "stage", "record", "error", "reason")
    for each in found:
        where = f"{each.topic}/{each.partition}@{each.offset}"
        at = each.at.isoformat(timespec="seconds")
        table.add_row(*map(plain, (each.event_id, at, each.stage, where, each.error, each.reason)))
    stdout().print(table)
    stdout().print(f"{len(found):,} of {total:,} dead letters")


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
    settings = load_settings()
    with showing_progress(machine=as_json) as progress:
        progress("Reading the dead letters")
        count, letter = asyncio.run(_last(_letters(settings, Wanted(ids=(letter_id,)))))
    if letter is None or count > 1:
        raise NotRunningError(f"{count or 'no'} dead letters have an id that begins with {letter_id}")
    if as_json:
        write_json(letter.model_dump(mode="json"))
        return
    for line in letter_lines(letter):
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
    its producer gives a source_version: then it is recognised as stale.

    A letter of the stage index holds a plan, which is a difference against the plan before it: it is never sent
    again. Delete its document with --wait and ingest it again instead. --all leaves such letters out and counts them.

    Exit code 1 when one could not be sent, or when --all left out all there were; 3 when nothing matched.
    """
    if bool(ids) == everything:
        raise typer.BadParameter("give ids, or --all", param_hint="ID")
    wanted = Wanted(tuple(ids or ()), stage, reason)
    with showing_progress(machine=as_json) as progress:
        progress("Redriving the dead letters")
        done = asyncio.run(_send_back(load_settings(), wanted))
    if done.nothing:
        raise NotRunningError("no dead letter matches")
    if not everything:
        done.failed, done.plans = done.failed + done.plans, []
    if as_json:
        write_json({"redriven": done.sent, "left_out": done.plans, "failed": done.failed})
    else:
        for each in done.failed + done.plans:
            stderr().print(plain(each), soft_wrap=True)
        stdout().print(f"{done.sent:,} redriven, {len(done.plans):,} left out, {len(done.failed):,} failed")
    raise typer.Exit(Exit.FAILED if done.failed or not done.sent else Exit.OK)


def summary(letter: DeadLettered) -> dict[str, object]:
    """One row of the list for machines."""
    return letter.model_dump(mode="json", exclude={"key", "value", "headers", "type"})


@dataclass
class _Redriven:
    """What became of the letters."""

    sent: int = 0
    failed: list[str] = field(default_factory=list)
    """Why some could not be sent."""
    plans: list[str] = field(default_factory=list)
    """The same of those that hold a plan."""

    @property
    def nothing(self) -> bool:
        return not (self.sent or self.failed or self.plans)


def _letters(settings: Settings, wanted: Wanted) -> AsyncIterator[DeadLettered]:
    return letters(kafka_of(settings), TopicNames(settings.namespace), wanted)


async def _last(found: AsyncIterator[DeadLettered]) -> tuple[int, DeadLettered | None]:
    count, last = 0, None
    async for letter in found:
        count, last = count + 1, letter
    return count, last


async def _send_back(settings: Settings, wanted: Wanted) -> _Redriven:
    done = _Redriven()

    async def records() -> AsyncIterator[Outgoing]:
        async for letter in _letters(settings, wanted):
            try:
                yield redriven(letter)
            except PlanNotRedrivenError as error:
                done.plans.append(str(error))
            except PermanentError as error:
                done.failed.append(str(error))

    async with KafkaOutbox(kafka_of(settings), "ragstream-cli") as outbox:
        async for group in in_groups(records(), IN_ONE_GO):
            await outbox.send(group)
            done.sent += len(group)
    return done
