"""`ragstream guardrails backtest`."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from agents.guardrails.engine import GuardEngine
from infra.local.progress import Progress
from infra.settings import Settings
from schemas.guardrails import PolicyPublished
from streams.backtest import Backtest, LoggedText, logged_text
from streams.cli.guardrails_check import SAID_EVERY
from streams.cli.guardrails_vectors import AT_ONCE, Vectors
from streams.cli.options import Json
from streams.cli.output import plain, show_problems, showing_progress, stdout, write_json
from streams.cli.settings import kafka_of, load_settings
from streams.client_reader import TopicReader
from streams.codec import Malformed, decode
from streams.policy_file import read_policy_file
from streams.policy_log import read_policies
from streams.topics import ANSWERS, QUERIES, TopicNames

UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def backtest(
    file: Annotated[Path, typer.Argument(metavar="POLICY", help="The new policy, in YAML.")],
    *,
    since: Annotated[str, typer.Option(help="How far back: a number and m, h or d.")] = "7d",
    show_text: Annotated[
        bool, typer.Option("--show-text", help="Show the texts of the examples too; they may be personal.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say what a policy would change about the questions and answers in the log, before it is published.

    Each text is looked at twice, with the policies that are in force and with the new one beside them, or in the
    place of the one of its name. Nothing is published and nothing is written. Answers are looked at as they were
    served; what a guard had taken out of them by then is not in the log.
    """
    start = datetime.now(UTC) - _duration(since)
    run = Run(load_settings(), read_policy_file(file), start)
    with showing_progress(machine=as_json) as progress:
        report = asyncio.run(run.report(progress, machine=as_json, show_text=show_text))
    if as_json:
        write_json({"since": start.isoformat(timespec="seconds"), **report})
    else:
        _print(report)


def _duration(given: str) -> timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", given)
    if found is None:
        raise typer.BadParameter(
            f"{given!r} is no period: give a number and m, h or d, such as 7d", param_hint="--since"
        )
    return int(found[1]) * UNITS[found[2]]


@dataclass(frozen=True)
class Run:
    """One run of the command."""

    settings: Settings
    policy: PolicyPublished
    start: datetime

    async def report(self, progress: Progress, *, machine: bool, show_text: bool) -> dict[str, Any]:
        """Read the log once. Raises what `TopicReader` raises."""
        bootstrap, names = kafka_of(self.settings), TopicNames(self.settings.namespace)
        progress("Reading the policies")
        now, then = await read_policies(bootstrap, names), await read_policies(bootstrap, names)
        replaced = next((each.reference for each in now.book.all() if each.name == self.policy.name), None)
        then.book.apply(self.policy)
        before, after = (GuardEngine(log.book, clock=time.thread_time) for log in (now, then))
        test = Backtest(before, after)
        async with AsyncExitStack() as stack:
            vectors = Vectors(self.settings, stack, machine=machine)
            async for window in _windows(self._texts(bootstrap, names, test)):
                done = test.texts.total() // SAID_EVERY * SAID_EVERY
                progress(f"Looking at questions and answers: {done:,} done")
                subjects = await vectors.filled([each.subject() for each in window], before, after)
                for logged, subject in zip(window, subjects, strict=True):
                    test.add(logged, subject)
            facts = {"policy": self.policy.reference, "replaces": replaced, "embedder": vectors.embedder_id}
        return {**facts, **test.report(show_text=show_text), "problems": now.problems}

    async def _texts(self, bootstrap: str, names: TopicNames, test: Backtest) -> AsyncIterator[LoggedText]:
        async with TopicReader.of(bootstrap, names, (QUERIES, ANSWERS)) as reader:
            ends = await reader.ends()
            reader.seek(await reader.beginnings())
            async for record in reader.records_until(ends):
                event = decode(record, names.topic(record.topic))
                if not isinstance(event, Malformed) and event.at >= self.start:
                    logged = logged_text(event)
                    if logged is not None and test.is_new(logged):
                        yield logged


async def _windows(texts: AsyncIterator[LoggedText]) -> AsyncIterator[list[LoggedText]]:
    window: list[LoggedText] = []
    async for each in texts:
        window.append(each)
        if len(window) == AT_ONCE:
            yield window
            window = []
    if window:
        yield window


def _print(report: dict[str, Any]) -> None:
    console = stdout()
    replaces = f" in place of {report['replaces']}" if report["replaces"] else ""
    console.print(plain(f"{report['policy']}{replaces}"))
    texts = report["questions"] + report["answers"]
    console.print(f"{report['changed']:,} of {texts:,} texts would be treated otherwise")
    if report["changes"]:
        changes = Table("stage", "now", "then", "texts", "for example")
        for row in report["changes"]:
            examples = "\n".join(_example(each) for each in row["examples"])
            changes.add_row(row["stage"], row["before"], row["after"], f"{row['count']:,}", plain(examples))
        console.print(changes)
    rules = Table("stage", "rule", "action", "checked", "texts now", "texts then")
    for row in report["rules"]:
        cells = row["stage"], plain(row["rule"]), row["action"], "yes" if row["checked"] else "no"
        rules.add_row(*cells, f"{row['before']:,}", f"{row['after']:,}")
    console.print(rules)
    show_problems(report["problems"])


def _example(example: dict[str, str]) -> str:
    return example["query_id"] + (f": {example['text']}" if "text" in example else "")
