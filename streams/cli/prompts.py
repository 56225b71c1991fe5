"""`ragstream prompts`: versions of prompts, their labels, and what their own test cases say."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from agents.answering.prompting import BUILT_IN, CaseResult, check_prompt, run_cases
from agents.language import language_of
from schemas.failures import ConfigurationError
from schemas.prompts import PRODUCTION, PromptPublished
from streams.cli.options import Json, new_app
from streams.cli.output import Exit, NotRunningError, plain, show_facts, stderr, stdout, write_json
from streams.cli.prompts_views import diff, list_prompts, show
from streams.cli.prompts_world import Label, Name, Tenant, check_serves, found, labelled, own, read_log, send
from streams.cli.settings import load_settings
from streams.prompt_book import DEFAULT_TENANT
from streams.prompt_file import prompt_object, read_prompt_file

app = new_app("Prompts: publish, compare, test and label the versions that language models are given.")
app.command("list")(list_prompts)
app.command()(show)
app.command()(diff)

CHARACTERS_PER_TOKEN: Final = 4
FILES: Final = (".yaml", ".yml", ".json")


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(help="A prompt, in YAML.")],
    *,
    label: Annotated[str | None, typer.Option(help="Point this label at it, too.")] = None,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Check a prompt, run its test cases, and publish it. It serves nobody until a label points at it.

    Exit code 1, and nothing is published, when a case fails. A version that is there already is not sent again.
    """
    prompt = read_prompt_file(file).model_copy(update={"tenant": tenant})
    check_prompt(prompt, _tokens)
    results = run_cases(prompt, _tokens, language_of)
    if any(case.problems for case in results):
        _report(prompt, results, as_json=as_json)
        if not as_json:
            stderr().print("Nothing was published, since a case fails")
        raise typer.Exit(Exit.FAILED)
    check_serves(prompt, label or "")
    settings = load_settings()
    book = read_log(settings, machine=as_json).book
    there = book.versions(tenant, prompt.name).get(prompt.version)
    new = there is None or prompt_object(there) != prompt_object(prompt)
    pointing = [labelled(book, tenant, prompt.name, label, prompt.version)] if label else []
    send(settings, [*([prompt] if new else []), *pointing])
    facts = {"name": prompt.name, "version": prompt.version, "published": new, "cases": len(prompt.cases)}
    show_facts({**facts, "label": label} if label else facts, as_json=as_json)


@app.command()
def label(
    name: Name,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A version, or a label that points at one.")],
    label: Label,
    *,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Point a label at a version; running workers follow within a second. `production` serves everybody.

    Exit code 3 when there is no such version.
    """
    settings = load_settings()
    book = read_log(settings, machine=as_json).book
    prompt = own(book, tenant, name, version)
    check_serves(prompt, label)
    event = labelled(book, tenant, name, label, prompt.version)
    send(settings, [event])
    show_facts({"name": name, "label": label, "version": event.version, "previous": event.previous}, as_json=as_json)


@app.command()
def rollback(name: Name, label: Label = PRODUCTION, *, tenant: Tenant = DEFAULT_TENANT, as_json: Json = False) -> None:
    """Point a label back at the version before; a second time, forth again.

    Where there was none before, a built-in prompt serves again. Exit code 3 when the label is not set.
    """
    settings = load_settings()
    book = read_log(settings, machine=as_json).book
    now = book.labels(tenant, name).get(label)
    if now is None:
        raise NotRunningError(f"the label {label} of {name!r} is not set: there is nothing to roll back")
    built_in = label == PRODUCTION and any(each.name == name for each in BUILT_IN)
    if now.previous not in book.versions(tenant, name) and not (built_in and not now.previous):
        raise ConfigurationError(f"the label {label} of {name!r} points at its first version: there is none before")
    event = labelled(book, tenant, name, label, now.previous)
    send(settings, [event])
    show_facts({"name": name, "label": label, "version": event.version, "previous": event.previous}, as_json=as_json)


@app.command()
def unlabel(name: Name, label: Label, *, tenant: Tenant = DEFAULT_TENANT, as_json: Json = False) -> None:
    """Take a label away. Exit code 3 when it is not set."""
    settings = load_settings()
    book = read_log(settings, machine=as_json).book
    if label not in book.labels(tenant, name):
        raise NotRunningError(f"the label {label} of {name!r} is not set")
    event = labelled(book, tenant, name, label, "")
    send(settings, [event])
    show_facts({"name": name, "label": label, "version": "", "previous": event.previous}, as_json=as_json)


@app.command("test")
def run_tests(
    what: Annotated[str, typer.Argument(metavar="FILE|NAME[@VERSION]", help="A file, or a prompt that is published.")],
    *,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Render each test case of a prompt and say what is missing, or there against its will. No model is asked.

    A file needs no Kafka. Exit code 1 when a case fails.
    """
    if what.endswith(FILES):
        prompt = read_prompt_file(Path(what))
    else:
        name, _, version = what.partition("@")
        prompt = found(read_log(load_settings(), machine=as_json).book, tenant, name, version or PRODUCTION)
    check_prompt(prompt, _tokens)
    results = run_cases(prompt, _tokens, language_of)
    _report(prompt, results, as_json=as_json)
    raise typer.Exit(Exit.FAILED if any(each.problems for each in results) else Exit.OK)


def _report(prompt: PromptPublished, results: Sequence[CaseResult], *, as_json: bool) -> None:
    failed = sum(bool(each.problems) for each in results)
    if as_json:
        cases = [{"name": each.name, "passed": not each.problems, "problems": each.problems} for each in results]
        write_json({"name": prompt.name, "version": prompt.version, "passed": not failed, "cases": cases})
        return
    table = Table("case", "result")
    for each in results:
        table.add_row(plain(each.name), plain("; ".join(each.problems)) or "passed")
    stdout().print(table)
    stdout().print(f"{plain(prompt.name)}@{prompt.version}: {len(results) - failed} passed, {failed} failed")


def _tokens(text: str) -> int:
    """Cases are about what is said, not about how much fits: no model's tokenizer is loaded for them."""
    return len(text) // CHARACTERS_PER_TOKEN
