"""The command `ragstream`: arguments in, tables, progress and exit codes out.

A command's module is loaded when it is the one that runs: `--help` needs none of them and their libraries.
"""

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, Final

import structlog
import typer
import typer.core
import typer.main

from schemas.failures import RagstreamError
from streams.cli.output import fail

COMMANDS: Final = {
    "up": "Start Kafka, Weaviate and one worker a role; what runs already is left alone.",
    "down": "Stop all that `up` started, workers first.",
    "status": "What runs, how far each role is behind, what the topics hold.",
    "doctor": "What is installed, what is missing, and where the embedder really runs.",
    "ingest": "Send files, folders or JSON lines to the index.",
    "delete": "Withdraw documents from the index.",
    "ask": "Ask a question and show the answer with its citations.",
    "trace": "What happened to a question or a document, stage by stage, and how long each took.",
    "logs": "What the workers on this machine have logged, by time, of one role or about one answer.",
    "topics": "The topics table: what travels where, keyed by what, kept how long.",
    "dead-letters": "List, show and redrive what could not be processed.",
    "verify": "Compare the index with what planning says it should hold.",
    "feedback": "Say how good an answer was, or take that back.",
    "eval": "Measure retrieval on a judged corpus, through the whole pipeline.",
    "demo": "All of it in a minute: start, ingest, ask three questions, stop.",
    "models": "List, fetch, export, quantise and verify models.",
    "guardrails": "List the rules, publish policies, check texts, and try a policy on what was asked.",
    "prompts": "Publish, compare, test, label and roll back what language models are told.",
    "alerts": "Which alerts fire now, which fired before, and with --follow those that come.",
    "monitors": "Say what is watched, see how it stands, silence alerts, try monitors on the past.",
    "subscribe": "Have alerts told by webhook, e-mail or log; list, test and end subscriptions.",
    "experiments": "Try prompts, settings and policies on a share of the questions, and see what is known.",
    "embedders": "List the main embedder and its candidates, and fill a candidate's index.",
    "llm": "A small language model on this machine, for development: up, status, down.",
    "worker": "Run one role in the foreground, as production does.",
}

HELP: Final = """RAG as events: documents and questions go in as Kafka records, cited answers come out.

\b
    ragstream up                      start everything, here
    ragstream ingest docs/ --wait     make a folder searchable
    ragstream ask "How do I …?"       ask it something
    ragstream down                    stop everything

Results go to stdout, progress to stderr; with --json a command's result is JSON, an error is {"error": "…"} on stdout.
Settings are environment variables: RAGSTREAM_HOME, RAGSTREAM_NAMESPACE, RAGSTREAM_KAFKA__BOOTSTRAP, …"""

EPILOG: Final = (
    "Exit codes: 0 fine, 1 failed, 2 usage, 3 not running or not found, 130 interrupted. "
    "`ask`: 0 served, 4 abstained, 5 blocked, 6 failed."
)


class _Commands(typer.core.TyperGroup):
    """Shows the table of commands, loads the one that is called, and ends its failures in one sentence."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.meta["ragstream.json"] = "--json" in args
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        if name in COMMANDS:
            module = import_module(f"streams.cli.{name.replace('-', '_')}")
            command = typer.main.get_command(module.app)
        return name, command, rest

    def invoke(self, ctx: Any) -> Any:
        debug = bool(ctx.params.get("_debug"))
        if not debug:
            _silence_libraries()
        try:
            with _logs_beside_results(debug=debug):
                return super().invoke(ctx)
        except* (RagstreamError, OSError) as group:
            if debug:
                raise
            code = fail(_first(group), machine=ctx.meta["ragstream.json"])
        raise typer.Exit(code)


app = typer.Typer(
    name="ragstream",
    cls=_Commands,
    help=HELP,
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"ragstream {version('ragstream')}")
        raise typer.Exit


@app.callback(help=HELP)
def _root(
    *,
    _debug: Annotated[
        bool, typer.Option("--debug", envvar="RAGSTREAM_DEBUG", help="Show the trace of an error, and logs.")
    ] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version and stop.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def _placeholder() -> None:
    """Stands in the list of commands; `_Commands` loads the real one."""


for _name, _about in COMMANDS.items():
    app.command(_name, help=_about)(_placeholder)


def main() -> None:
    """Run the command line of this process and exit."""
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        os.environ["COLUMNS"] = "160"  # a pipe has no width; eighty would cut tables that somebody greps
    app(prog_name="ragstream")


def _first(group: BaseExceptionGroup[Any]) -> RagstreamError:
    """The first leaf of a group."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, RagstreamError):  # one that is a `TimeoutError` too is an `OSError`, and says enough by itself
        return error
    if isinstance(error, OSError):
        return RagstreamError(f"{error.filename or 'the system'}: {error.strerror or error}")
    return RagstreamError(str(error))


@contextlib.contextmanager
def _logs_beside_results(*, debug: bool) -> Iterator[None]:
    """Our own logs go to stderr with `debug`, else nowhere: by default structlog prints them between the results.

    A worker sets up logs of its own.
    """
    before = structlog.get_config()
    processors = before["processors"] if debug else [_drop]
    structlog.configure(processors=processors, logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    try:
        yield
    finally:
        structlog.configure(**before)


def _drop(_logger: Any, _method: str, _event: Any) -> Any:
    raise structlog.DropEvent


def _silence_libraries() -> None:
    """What they have to say, our own sentence says; authlib's warning at import comes past any filter but this."""
    logging.captureWarnings(capture=True)
    for name in ("aiokafka", "py.warnings"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
