"""`ragstream prompts list`, `show` and `diff`."""

import difflib
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.table import Table

from schemas.event import EPOCH
from schemas.prompts import PRODUCTION, PromptPublished
from streams.cli.options import Json
from streams.cli.output import plain, show_list, stdout, write_json
from streams.cli.prompts_world import Name, Tenant, found, read_log
from streams.cli.settings import load_settings
from streams.prompt_book import DEFAULT_TENANT, InMemoryPromptBook
from streams.prompt_file import prompt_object, prompt_yaml

Version = Annotated[str, typer.Argument(metavar="VERSION", help="A version, or a label that points at one.")]


def list_prompts(*, tenant: Tenant = DEFAULT_TENANT, as_json: Json = False) -> None:
    """List the versions that a tenant can use, with their labels, and what on the topic could not be followed.

    Exit code 1 when there is something that could not be followed: workers have said so too, and keep what they had.
    """
    log = read_log(load_settings(), machine=as_json)
    rows = list(_rows(log.book, tenant))
    problems = [*log.problems, *_dangling(log.book, tenant)]
    table = Table("tenant", "name", "version", "labels", "cases", "published", "about")
    for row in rows:
        cells = row["tenant"], row["name"], row["version"], ", ".join(row["labels"])
        told = row["published"] or "built in", row["about"]
        table.add_row(*map(plain, cells), str(row["cases"]), *map(plain, told))
    show_list({"prompts": rows}, table, problems, as_json=as_json)


def show(name: Name, version: Version = PRODUCTION, *, tenant: Tenant = DEFAULT_TENANT, as_json: Json = False) -> None:
    """Print a version as the YAML file that publishes it; without VERSION, the one in production.

    Exit code 3 when there is none.
    """
    book = read_log(load_settings(), machine=as_json).book
    prompt = found(book, tenant, name, version)
    if as_json:
        write_json({**summary(prompt), **prompt_object(prompt)})
    else:
        stdout().print(plain(prompt_yaml(prompt)), soft_wrap=True, end="")


def diff(
    name: Name,
    before: Annotated[str, typer.Argument(metavar="A", help="A version or a label.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    *,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Compare two versions line by line. Exit code 3 when there is none of one."""
    book = read_log(load_settings(), machine=as_json).book
    first, second = found(book, tenant, name, before), found(book, tenant, name, after)
    lines = list(
        difflib.unified_diff(
            prompt_yaml(first).splitlines(),
            prompt_yaml(second).splitlines(),
            f"{name}@{first.version}",
            f"{name}@{second.version}",
            lineterm="",
        )
    )
    if as_json:
        write_json({"name": name, "before": first.version, "after": second.version, "diff": lines})
    elif lines:
        stdout().print(plain("\n".join(lines)), soft_wrap=True)
    else:
        stdout().print(f"{plain(before)} and {plain(after)} say the same")


def summary(prompt: PromptPublished) -> dict[str, Any]:
    """What identifies a version."""
    return {
        "tenant": prompt.tenant,
        "name": prompt.name,
        "version": prompt.version,
        "published": None if prompt.at == EPOCH else prompt.at.isoformat(timespec="seconds"),
    }


def _rows(book: InMemoryPromptBook, tenant: str) -> Iterator[dict[str, Any]]:
    """Rows of the tenant's own versions, then of the default tenant's, whose labels serve where it has none."""
    for owner in dict.fromkeys((tenant, DEFAULT_TENANT)):
        for name in book.names(owner):
            labels = book.labels(owner, name)
            for version, prompt in book.versions(owner, name).items():
                if prompt.at == EPOCH and owner != DEFAULT_TENANT:
                    continue  # a built-in one is listed once
                at = [label for label, each in labels.items() if each.version == version]
                if prompt.at == EPOCH and PRODUCTION not in labels:
                    at.append(PRODUCTION)
                yield {**summary(prompt), "labels": at, "cases": len(prompt.cases), "about": prompt.about}


def _dangling(book: InMemoryPromptBook, tenant: str) -> Iterator[str]:
    for name in book.names(tenant):
        known = book.versions(tenant, name)
        for label, each in book.labels(tenant, name).items():
            if each.version not in known:
                yield f"label {label} of {name} points at {each.version}, which is not there: the one before serves"
