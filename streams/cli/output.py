"""Results in, stdout out; progress and errors in, stderr out: so that `--json` can be piped."""

import contextlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from infra.local.progress import Progress
from schemas.failures import ConfigurationError, RagstreamError, TransientError


class Exit(IntEnum):
    """What an exit code means."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_RUNNING = 3
    ABSTAINED = 4
    BLOCKED = 5
    ANSWER_FAILED = 6


class NotRunningError(ConfigurationError):
    """What a command needs does not run, or is not there: exit code 3."""


def stdout() -> Console:
    """Where results go. Markup is off: what is shown may come from documents."""
    return Console(markup=False, highlight=False, emoji=False)


def stderr() -> Console:
    """Where progress and errors go."""
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def write_json(value: Any) -> None:
    """One line of JSON on stdout, in ASCII: a control or bidi character of other people's text is an escape in it."""
    line = json.dumps(value, ensure_ascii=True, default=str)
    sys.stdout.write(line.replace("\x7f", "\\u007f") + "\n")  # the one control character that JSON leaves as it is
    sys.stdout.flush()


def show_facts(facts: Mapping[str, Any], *, as_json: bool) -> None:
    """One JSON object for a machine; a line a fact for a person, who reads `yes`, `no`, and nothing for None."""
    if as_json:
        write_json(facts)
        return
    table = Table(show_header=False, box=None)
    for name, value in facts.items():
        table.add_row(plain(name), plain(_in_words(value)))
    stdout().print(table)


def show_list(
    listed: Mapping[str, Any], table: Table, problems: Sequence[str], *, lines: Iterable[str] = (), as_json: bool
) -> NoReturn:
    """What a control topic holds, and what on it could not be followed: exit code 1 for that.

    For a machine it is `listed`; for a person `table`, and `lines` below it.
    """
    if as_json:
        write_json({**listed, "problems": problems})
    else:
        stdout().print(table)
        for line in lines:
            stdout().print(plain(line), soft_wrap=True)
        show_problems(problems)
    raise typer.Exit(Exit.FAILED if problems else Exit.OK)


def show_problems(problems: Iterable[str]) -> None:
    """On stderr, a line each."""
    for problem in problems:
        stderr().print(plain(problem), soft_wrap=True)


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def fail(error: RagstreamError, *, machine: bool) -> Exit:
    """Say in one sentence what went wrong, as JSON on stdout for a machine; gives the exit code."""
    if machine:
        write_json({"error": str(error)})
    else:
        stderr().print(f"ragstream: {plain(str(error))}", soft_wrap=True)
    away = isinstance(error, TransientError) and not isinstance(error, TimeoutError)
    return Exit.NOT_RUNNING if away or isinstance(error, NotRunningError) else Exit.FAILED


def plain(text: str, keep: str = "\n\t") -> str:
    r"""`text` without what steers a terminal: control and format characters are shown as `\x1b`, `\u202e`, ….

    Documents, questions and dead letters are other people's: an escape sequence in one must not reach the terminal.
    """
    return "".join(each if each in keep or each.isprintable() or _is_mark(each) else _escaped(each) for each in text)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc", "Zs"}


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


@contextlib.contextmanager
def showing_progress(*, machine: bool = False) -> Iterator[Progress]:
    """A progress function: a spinner for a person, one line a sentence elsewhere, nothing for a machine.

    An empty sentence clears the spinner, so that a result can be printed.
    """
    console = stderr()
    if machine:
        yield lambda _: None
    elif console.is_terminal:
        status = console.status("")

        def spin(sentence: str) -> None:
            status.update(plain(sentence))
            status.start() if sentence else status.stop()

        try:
            yield spin
        finally:
            status.stop()
    else:
        said: set[str] = set()

        def tell(sentence: str) -> None:
            once = re.sub(r" … \d+ s$", "", sentence)  # the same sentence comes again with the seconds passed
            if once and once not in said:
                said.add(once)
                console.print(plain(once), soft_wrap=True)

        yield tell
