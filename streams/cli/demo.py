"""`ragstream demo`."""

import asyncio
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.text import Text

from infra.local.progress import telling
from infra.settings import Settings
from schemas.answers import AnswerServed
from streams.cli.demo_worlds import World, kafka_world, memory_world, missing_tools
from streams.cli.documents import Common, from_files
from streams.cli.options import new_app
from streams.cli.output import Exit, NotRunningError, plain, showing_progress, stderr, stdout
from streams.cli.rendering import render_answer
from streams.cli.settings import load_settings
from streams.cli.tally import Tally
from streams.cli.walk import walk
from streams.client_values import NotInTimeError

app = new_app()

INGEST_LIMIT_S: Final = 300.0

QUESTIONS: Final = (
    "What happens to a document that cannot be parsed?",
    "How does ragstream keep chunk boundaries stable when a document is edited?",
    "How do I delete a document from the index?",
)
"""What the documentation in `docs/` answers."""
NEXT: Final = "`ragstream trace ANSWER_ID` shows what was found and checked for an answer, and where its time went."


@app.command()
def demo(
    *,
    in_memory: Annotated[
        bool, typer.Option("--in-memory", help="No servers: the same topology in this process, nothing is kept.")
    ] = False,
    docs: Annotated[Path, typer.Option(help="The folder to ingest.")] = Path("docs"),
) -> None:
    """Start everything, ingest a folder, ask three questions about ragstream, and stop what was started.

    Without Java, Maven or Go, where they would be needed, it says so and goes on in memory. Exit code 1 when a
    document failed, a question had no answer, a worker stopped, or ingesting took more than 300 seconds.
    """
    settings = load_settings()
    if not docs.is_dir():
        raise NotRunningError(f"there is no folder {docs}: name one with --docs")
    raise typer.Exit(asyncio.run(_show(settings, docs, in_memory=in_memory)))


async def _show(settings: Settings, docs: Path, *, in_memory: bool) -> Exit:
    lacking = None if in_memory else missing_tools(settings)
    if lacking:
        stderr().print(f"{plain(lacking)}\nGoing on in memory.", soft_wrap=True)
    console = stdout()
    with showing_progress() as progress:
        async with (memory_world if in_memory or lacking else kafka_world)(settings, progress) as world:
            async with telling(progress, f"Ingesting {docs}"):
                tally = await _ingest(world, docs, settings)
            progress("")
            console.print(f"Ingested {docs}:")
            console.print(tally.as_table(waited=True))
            served = [await _ask(world, question) for question in QUESTIONS]
    stderr().print(f"\n{NEXT}", soft_wrap=True)
    return Exit.OK if all(served) and tally.exit_code() is Exit.OK else Exit.FAILED


async def _ingest(world: World, docs: Path, settings: Settings) -> Tally:
    tally = Tally()
    try:
        async with asyncio.timeout(INGEST_LIMIT_S):
            await world.ingest(from_files(walk([docs]), Common(), tally.left_out, tally.failed), tally)
    except TimeoutError:
        raise NotInTimeError(
            f"{docs} was not in the index after {INGEST_LIMIT_S:g} s: the workers' logs in {settings.home / 'logs'} "
            "say what they waited for; `ragstream demo --in-memory` needs neither servers nor workers"
        ) from None
    return tally


async def _ask(world: World, question: str) -> bool:
    console = stdout()
    console.rule()
    console.print(Text(question, style="bold cyan"))
    console.print()
    answer = await world.ask(question)
    render_answer(console, answer)
    return isinstance(answer, AnswerServed)
