"""`ragstream monitors silence`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from agents.matchers import problem_of
from infra.settings import Settings
from schemas.failures import ConfigurationError
from schemas.operations import AlertSilenced
from streams.cli.experiments_world import duration
from streams.cli.monitors_world import DEFAULT_TENANT, Tenant, read_log, send
from streams.cli.options import Json
from streams.cli.output import NotRunningError, show_facts
from streams.cli.settings import load_settings
from streams.codec import field_reasons


def silence(
    match: Annotated[
        list[str] | None, typer.Argument(help="Alerts to be quiet about: name=freshness*, severity<=warning, …")
    ] = None,
    *,
    lasts: Annotated[str, typer.Option("--for", help="How long: a number and m, h or d.")] = "2h",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    name: Annotated[str, typer.Option(help="Its name, by which it can be changed or ended.")] = "",
    end: Annotated[bool, typer.Option("--end", help="End the silence of that name, or of that match, now.")] = False,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Tell nobody of alerts that match, for a while; what still holds at its end is told then. All must match.

    Exit code 3 when there is no silence to end.
    """
    settings = load_settings()
    now = datetime.now(UTC)
    until = now if end else now + duration(lasts, "--for")
    for problem in filter(None, map(problem_of, match or ())):
        raise ConfigurationError(f"this silence cannot be: {problem}")
    named = name or _named(match or ())
    if end:
        matched = _known(settings, tenant, named, now, machine=as_json).match
    elif match:
        matched = tuple(match)
    else:
        raise ConfigurationError("say which alerts: `ragstream monitors silence name=freshness* severity<=warning`")
    try:
        event = AlertSilenced(tenant=tenant, silence=named, match=matched, until=until, reason=reason)
    except ValidationError as error:
        raise ConfigurationError(f"this silence cannot be: {field_reasons(error)}") from None
    (sent,) = send(settings, [event])
    show_facts(silence_object(sent), as_json=as_json)


def silence_object(event: AlertSilenced) -> dict[str, Any]:
    """A silence for a machine."""
    until = event.until.isoformat(timespec="seconds")
    return {"silence": event.silence, "match": " ".join(event.match), "until": until, "reason": event.reason}


def _known(settings: Settings, tenant: str, name: str, now: datetime, *, machine: bool) -> AlertSilenced:
    there = {each.silence: each for each in read_log(settings, machine=machine).book.silences(tenant, now)}
    if name not in there:
        raise NotRunningError(
            f"no silence {name!r} of tenant {tenant} goes on; those that do: {', '.join(there) or 'none'}"
        )
    return there[name]


def _named(match: Sequence[str]) -> str:
    letters = "".join(each if each.isascii() and each.isalnum() else "-" for each in "-".join(match).lower())
    return "-".join(part for part in letters.split("-") if part)[:64].rstrip("-") or "silence"
