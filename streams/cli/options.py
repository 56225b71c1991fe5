"""Options that several commands share."""

import json
from typing import Annotated

import typer

from schemas.questions import Scalar

Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, for machines.")]
Tenant = Annotated[str, typer.Option("--tenant", help="Whose documents: tenants never see each other's.")]

ModelName = Annotated[
    str | None, typer.Argument(help="As `models list` shows it, or a folder, with a slash; else the one that is set.")
]


def new_app(about: str = "") -> typer.Typer:
    """What a command's module registers its command on; `about` is for a command that has commands of its own."""
    return typer.Typer(
        help=about or None, add_completion=False, pretty_exceptions_enable=False, no_args_is_help=bool(about)
    )


def pairs(given: list[str] | None, option: str) -> dict[str, Scalar]:
    """`key=text` and `key:=number`, `key:=true` arguments as a mapping. Raises a usage error for any other."""
    found: dict[str, Scalar] = {}
    for each in given or []:
        key, equals, value = each.partition("=")
        if not equals or not key.removesuffix(":"):
            raise typer.BadParameter(f"{each!r} is not of the form key=value", param_hint=option)
        if key.endswith(":"):
            found[key[:-1]] = _scalar(value, each, option)
        else:
            found[key] = value
    return found


def _scalar(value: str, given: str, option: str) -> Scalar:
    try:
        parsed = json.loads(value)
    except ValueError:
        parsed = None
    if not isinstance(parsed, str | int | float | bool):
        raise typer.BadParameter(
            f"{given!r}: a number, true, false or a quoted text is wanted after :=", param_hint=option
        )
    return parsed
