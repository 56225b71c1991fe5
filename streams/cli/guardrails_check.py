"""`ragstream guardrails check`."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from agents.guardrails.engine import GuardEngine
from schemas.failures import ConfigurationError
from schemas.guardrails import Stage, Verdict
from streams.cli.guardrails_texts import GivenText, read_texts, windows
from streams.cli.guardrails_vectors import AT_ONCE, Vectors
from streams.cli.options import Json, Tenant
from streams.cli.output import plain, showing_progress, stdout, write_json
from streams.cli.settings import load_settings
from streams.policy_book import InMemoryPolicyBook
from streams.policy_file import read_policy_file

SAID_EVERY: Final = 1_000
"""Texts; without a terminal each progress is a line."""


def check(
    text: Annotated[str | None, typer.Argument(help="The text; or give --file.")] = None,
    *,
    file: Annotated[
        Path | None, typer.Option(help="JSON lines, each an object with `text`; `-` is standard input.")
    ] = None,
    stage: Annotated[Stage, typer.Option(help="Where the text would be looked at.")] = "question",
    policy: Annotated[Path | None, typer.Option(help="A policy, in YAML, to apply as if it were published.")] = None,
    tenant: Tenant = "default",
    as_json: Json = False,
) -> None:
    """Say what guardrails make of a text, or of every line of a file: what they do and why.

    It needs no server: the default policy is applied, and with --policy that one as if it were published beside it,
    or in its place if its name is `default`. A question is embedded when the embedding model is on this machine.

    --json prints one verdict a line, in the order of the texts. Exit code 0 whatever the verdict; 1 for a line that
    holds no text, with its number.
    """
    if (text is None) == (file is None):
        raise typer.BadParameter("give either a text or --file", param_hint="TEXT")
    texts = [GivenText(text or "")] if file is None else read_texts(file)
    checker = Checker(_book(policy, tenant), stage, tenant, machine=as_json)
    asyncio.run(checker.run(texts, one=file is None))


def _book(path: Path | None, tenant: str) -> InMemoryPolicyBook:
    """The policies that would be in force if the one at `path` were published."""
    book = InMemoryPolicyBook()
    if path is not None:
        policy = read_policy_file(path)
        if policy.tenants and tenant not in policy.tenants:
            named = ", ".join(policy.tenants[:5])
            raise ConfigurationError(f"the policy {policy.name} is for {named}: give one of them with --tenant")
        book.apply(policy)
    return book


class Checker:
    """One run of the command."""

    def __init__(self, book: InMemoryPolicyBook, stage: Stage, tenant: str, *, machine: bool) -> None:
        # Time on this thread's processor: a busy machine makes no rule late.
        self._guard = GuardEngine(book, clock=time.thread_time)
        self._stage = stage
        self._tenant = tenant
        self._machine = machine

    async def run(self, texts: list[GivenText], *, one: bool) -> None:
        """Print a verdict for each text; for a person and a file, a table of those that are not let through."""
        table = Table("line", "id", "action", "rules")
        passed = 0
        async for given, verdict in self._verdicts(texts):
            if self._machine:
                write_json(verdict_object(given, verdict))
            elif one:
                _show(verdict, given.text)
            elif verdict.action == "allow":
                passed += 1
            else:
                rules = ", ".join(sorted({finding.rule for finding in verdict.findings}))
                table.add_row(str(given.line), plain(str(given.given_id or "")), verdict.action, rules)
        if not self._machine and not one:
            stdout().print(table)
            stdout().print(f"{passed:,} of {len(texts):,} texts pass without a finding")

    async def _verdicts(self, texts: list[GivenText]) -> AsyncIterator[tuple[GivenText, Verdict]]:
        async with AsyncExitStack() as stack:
            vectors = Vectors(load_settings(), stack, machine=self._machine)
            progress = stack.enter_context(showing_progress(machine=self._machine))
            for window in windows(texts, AT_ONCE):
                if len(texts) > AT_ONCE:
                    done = window[0].line // SAID_EVERY * SAID_EVERY
                    progress(f"Checking {len(texts):,} texts: {done:,} done")
                subjects = [given.subject(self._stage, self._tenant) for given in window]
                for given, subject in zip(window, await vectors.filled(subjects, self._guard), strict=True):
                    yield given, self._guard.check(subject)


def verdict_object(given: GivenText, verdict: Verdict) -> dict[str, Any]:
    """One line for a machine. `text` is there when it is not what was given: what would go on in its place."""
    return {
        "line": given.line,
        **({} if given.given_id is None else {"id": given.given_id}),
        **verdict.model_dump(mode="json", exclude={"text"}),
        **({} if verdict.text == given.text else {"text": verdict.text}),
    }


def _show(verdict: Verdict, text: str) -> None:
    stdout().print(verdict.action)
    for line in _finding_lines(verdict):
        stdout().print(f"  {plain(line)}", soft_wrap=True)
    if verdict.text != text:
        stdout().print(plain(verdict.text), soft_wrap=True)


def _finding_lines(verdict: Verdict) -> Iterable[str]:
    for finding in verdict.findings:
        where = f" at {finding.span.start} to {finding.span.end}" if finding.span else ""
        yield f"{finding.action}: {finding.rule} ({finding.score:.2f}){where}: {finding.reason}"
