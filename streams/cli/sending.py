"""Document events in, a tally of what became of them out, with a progress bar on the way."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.settings import Settings
from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.failures import PermanentError, RagstreamError
from streams.cli.callers_trace import join_callers_trace
from streams.cli.output import Exit, stderr, stdout, write_json
from streams.cli.settings import kafka_of
from streams.cli.tally import Tally
from streams.client import NotInTimeError, RagstreamClient, Receipt
from streams.roles import INDEX, PLAN, SOURCES
from streams.status import kafka_status
from streams.topics import TopicNames

LAG_EVERY_S = 2.0


@dataclass(frozen=True)
class Sending:
    """How one command sends documents."""

    settings: Settings
    wait: bool
    timeout_s: float | None
    machine: bool

    async def run(self, documents: AsyncIterator[DocumentUpserted | DocumentDeleted], tally: Tally) -> None:
        """Send all, and wait for each if asked to. Raises what the client raises."""
        bootstrap = kafka_of(self.settings)
        join_callers_trace()

        def refused(document: DocumentUpserted | DocumentDeleted, error: PermanentError) -> None:
            tally.failed(document.doc_id, str(error))

        async with RagstreamClient(bootstrap, namespace=self.settings.namespace, source="ragstream-cli") as client:
            with counting(machine=self.machine) as bar:
                sending = bar.add_task("sent", total=None)
                receipts: list[Receipt] = []
                async for receipt in client.ingesting(documents, refused):
                    receipts.append(receipt)
                    tally.sent += 1
                    bar.update(sending, completed=tally.sent)
                bar.update(sending, total=tally.sent)
                if self.wait and receipts:
                    await self._outcomes(client, receipts, tally, bar)

    async def _outcomes(self, client: RagstreamClient, receipts: list[Receipt], tally: Tally, bar: Progress) -> None:
        task = bar.add_task("indexed", total=len(receipts))
        telling = asyncio.ensure_future(asyncio.sleep(0) if self.machine else self._tell_lag(bar))
        try:
            async for outcome in client.outcomes(receipts, self.timeout_s):
                tally.add(outcome)
                bar.advance(task)
        except NotInTimeError as error:
            tally.gave_up = str(error)
        finally:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError, RagstreamError):
                await telling

    async def _tell_lag(self, bar: Progress) -> None:
        """Say what is being waited for, now and then."""
        names, bootstrap = TopicNames(self.settings.namespace), kafka_of(self.settings)
        sources = {role: SOURCES[role] for role in (PLAN, INDEX)}
        task = None
        while True:
            await asyncio.sleep(LAG_EVERY_S)
            lags = (await kafka_status(bootstrap, names, sources)).lags
            said = "waiting: " + ", ".join(f"{role} has {count} records before it" for role, count in lags.items())
            if bar.disable:
                stderr().print(said)
            task = bar.add_task(said, total=None) if task is None else task
            bar.update(task, description=said)

    def report(self, tally: Tally) -> Exit:
        """Show the counts; gives the exit code."""
        if self.machine:
            write_json(tally.as_object(waited=self.wait))
        else:
            for line in tally.as_lines():
                stderr().print(line, soft_wrap=True)
            stdout().print(tally.as_table(waited=self.wait))
        return tally.exit_code()


@contextlib.contextmanager
def counting(*, machine: bool) -> Iterator[Progress]:
    """Bars that count, on stderr; disabled for a machine and where there is no terminal."""
    console = stderr()
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, disable=machine or not console.is_terminal) as bar:
        yield bar
