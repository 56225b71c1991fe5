"""`ragstream doctor`."""

import asyncio
import dataclasses
from collections.abc import Iterator
from typing import Any, Final

import typer
from rich.table import Table

from agents.planning import ChunkSizes
from infra.chat_examination import examine_generator
from infra.examination import Finding, examine
from infra.models.catalogue import chosen_folder
from infra.models.model_folder import read_model
from infra.settings import Settings
from infra.token_counter import open_token_counter
from schemas.failures import ConfigurationError
from streams.cli.options import Json, new_app
from streams.cli.output import Exit, plain, showing_progress, stdout, write_json
from streams.cli.settings import load_settings
from streams.cli.status import device, gather

SIGNS: Final = {"good": "ok", "note": "note", "bad": "BAD"}

app = new_app()


@app.command()
def doctor(*, as_json: Json = False) -> None:
    """Examine this machine: what is installed, what is missing, and where the embedder really runs.

    Exit code 0 when nothing is wrong, 1 when something is. A note is no fault: local servers that were not started,
    for one.
    """
    settings = load_settings()
    found: list[Finding] = []
    with showing_progress(machine=as_json) as progress:
        for finding in examine(settings):
            found.append(finding)
            progress(f"Examined {finding.subject}")
        found += _planning(settings)
        progress("Asking the generator")
        found.append(asyncio.run(examine_generator(settings.generator)))
        progress("Looking for servers and workers")
        found += _servers(settings, facts := asyncio.run(gather(settings)))
        found += _workers(facts, _chosen(settings))
        progress("")
    if as_json:
        write_json({"findings": [dataclasses.asdict(each) for each in found]})
    else:
        stdout().print(_table(found))
    raise typer.Exit(Exit.FAILED if any(each.verdict == "bad" for each in found) else Exit.OK)


def _planning(settings: Settings) -> Iterator[Finding]:
    """Only what is wrong: chunk sizes that the role `plan` would refuse for the model that is chosen."""
    try:
        model = read_model(chosen_folder(settings))
        sizes = ChunkSizes(settings.planning.min_tokens, settings.planning.max_tokens)
        counter = open_token_counter(model)
    except Exception:  # noqa: BLE001 - a model that cannot be read is a finding of its own
        return
    try:
        sizes.checked_against(counter.max_tokens)
    except ConfigurationError as error:
        yield Finding("planning", "bad", f"chunks of {sizes.max_tokens} tokens", str(error))


def _servers(settings: Settings, facts: dict[str, Any]) -> Iterator[Finding]:
    """From the facts of `ragstream status`. One that the settings name is never started here, so it must answer."""
    named = {
        "kafka": "RAGSTREAM_KAFKA__BOOTSTRAP" if settings.kafka.bootstrap else "",
        "weaviate": "RAGSTREAM_WEAVIATE__URL" if settings.weaviate.url else "",
    }
    for name, variable in named.items():
        where = facts[name].get("bootstrap") or facts[name].get("url") or "none was ever started here"
        if error := facts[name].get("error"):
            yield Finding(name, "bad", where, error)
        elif facts[name]["running"]:
            yield Finding(name, "good", where)
        elif variable:
            yield Finding(name, "bad", f"does not answer: {where}", f"start it, or mend {variable}")
        else:
            yield Finding(name, "note", f"does not answer: {where}", "run `ragstream up`, or start yours")


def _chosen(settings: Settings) -> str | None:
    """Id of the model that the settings choose here, if it can be read."""
    try:
        return read_model(chosen_folder(settings)).model_id
    except ConfigurationError:
        return None


def _workers(facts: dict[str, Any], chosen: str | None) -> Iterator[Finding]:
    """One of each role on this machine, from the same facts; with another model they fill another index."""
    for role, each in facts["roles"].items():
        if each["running"]:
            on = device(each["embedder"])
            found = f"process {each['pid']}" + (f", embeds on {on}" if on else "")
            runs = each["embedder"]["model"] if each["embedder"] else chosen
            if chosen is not None and runs != chosen:
                remedy = f"the settings here choose {chosen}: `ragstream down`, then `ragstream up`"
                yield Finding(role, "note", f"{found}, with {runs}", remedy)
            else:
                yield Finding(role, "good", found)
        else:
            yield Finding(role, "note", "does not run on this machine", "run `ragstream up`")


def _table(found: list[Finding]) -> Table:
    table = Table("subject", "")
    for heading in ("found", "what to do"):
        table.add_column(heading, overflow="fold")  # a path that is cut off says nothing
    for each in found:
        table.add_row(each.subject, SIGNS[each.verdict], plain(each.found), plain(each.remedy))
    return table
