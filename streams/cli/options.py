"""Options that several commands share."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, for machines.")]
Tenant = Annotated[str, typer.Option("--tenant", help="Whose documents: tenants never see each other's.")]


def new_app(about: str = "") -> typer.Typer:
    """What a command's module registers its command on; `about` is for a command that has commands of its own."""
    return typer.Typer(
        help=about or None, add_completion=False, pretty_exceptions_enable=False, no_args_is_help=bool(about)
    )


def pairs(given: list[str] | None, option: str) -> dict[str, str]:
    """`k=v` arguments as a mapping. Raises a usage error for one without `=` or without a key."""
    found: dict[str, str] = {}
    for each in given or []:
        key, equals, value = each.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"{each!r} is not of the form key=value", param_hint=option)
        found[key] = value
    return found
