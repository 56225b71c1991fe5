"""`ragstream subscribe`: who is told of which alerts, and how."""

from typing import Annotated, Any

import typer
from rich.table import Table

from agents.dispatching.subscribing import check_subscription
from schemas.notifications import Channel, SubscriptionChanged
from streams.cli.options import Json, new_app
from streams.cli.output import Exit, plain, show_facts, show_list, showing_progress
from streams.cli.settings import load_settings
from streams.cli.subscribe_world import (
    AsName,
    Groups,
    Match,
    Name,
    Tenant,
    found,
    read_log,
    refuse_private,
    secret_for,
    send,
    send_test,
    subscription,
)

app = new_app("Subscriptions: who is told of which alerts, by webhook, e-mail or log.")

Url = Annotated[str, typer.Argument(help="http or https; without a user or a password.")]


@app.command()
def webhook(
    url: Url,
    *,
    match: Match = None,
    groups: Groups = None,
    name: AsName = None,
    tenant: Tenant = "default",
    as_json: Json = False,
) -> None:
    """Have alerts sent to a URL, as Prometheus Alertmanager sends them, and print the secret that they are signed with.

    Private, loopback and link-local addresses are refused unless RAGSTREAM_DISPATCH__ALLOW_PRIVATE is set.
    """
    _subscribe(subscription("webhook", url, tenant=tenant, name=name, match=match, groups=groups), as_json=as_json)


@app.command()
def email(
    address: Annotated[str, typer.Argument(help="One address, as ada@example.org.")],
    *,
    match: Match = None,
    groups: Groups = None,
    name: AsName = None,
    tenant: Tenant = "default",
    as_json: Json = False,
) -> None:
    """Have alerts sent by e-mail, through the server that RAGSTREAM_DISPATCH__SMTP_HOST names to the workers."""
    _subscribe(subscription("email", address, tenant=tenant, name=name, match=match, groups=groups), as_json=as_json)


@app.command()
def log(
    *,
    match: Match = None,
    groups: Groups = None,
    name: AsName = None,
    tenant: Tenant = "default",
    as_json: Json = False,
) -> None:
    """Have alerts written into the log of the dispatch workers."""
    _subscribe(subscription("log", "", tenant=tenant, name=name, match=match, groups=groups), as_json=as_json)


@app.command()
def document(
    doc_id: Annotated[str, typer.Argument(help="As `ingest` names it.")],
    *,
    url: Annotated[str | None, typer.Option("--webhook", metavar="URL", help="Tell it to a URL.")] = None,
    address: Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help="Tell it by e-mail.")] = None,
    to_log: Annotated[bool, typer.Option("--log", help="Tell it in the log, as without any of the three.")] = False,
    groups: Groups = None,
    name: AsName = None,
    tenant: Tenant = "default",
    as_json: Json = False,
) -> None:
    """Tell when answers that cited a document became outdated, since it changed or was deleted, and which they are.

    Of a document with readers only somebody with one of its groups is told.
    """
    channels: list[tuple[Channel, str]] = [("webhook", url or ""), ("email", address or ""), ("log", "")]
    wanted = [each for each, asked in zip(channels, (url, address, to_log), strict=True) if asked]
    if len(wanted) > 1:
        raise typer.BadParameter("one of --webhook, --email and --log is enough; subscribe twice for two")
    channel, target = wanted[0] if wanted else channels[-1]
    change = subscription(channel, target, tenant=tenant, name=name, groups=groups, doc_id=doc_id)
    _subscribe(change, as_json=as_json)


@app.command("list")
def list_subscriptions(
    *,
    ended: Annotated[bool, typer.Option("--all", help="Those that have ended, too.")] = False,
    tenant: Tenant = "default",
    as_json: Json = False,
) -> None:
    """List a tenant's subscriptions, and what on the topic could not be followed; exit code 1 for the latter."""
    log = read_log(load_settings(), machine=as_json)
    rows = [_facts(each) for each in log.book.all(tenant) if each.active or ended]
    table = Table("name", "channel", "target", "match", "document", "groups", "state")
    for row in rows:
        state = "active" if row["active"] else f"ended: {row['reason']}".removesuffix(": ")
        cells = row["name"], row["channel"], row["target"], ", ".join(row["match"]), row["doc_id"] or ""
        table.add_row(*map(plain, (*cells, ", ".join(row["groups"]), state)))
    show_list({"subscriptions": rows}, table, log.problems, as_json=as_json)


@app.command()
def end(
    name: Name,
    *,
    reason: Annotated[str, typer.Option(help="Why, for those who wonder.")] = "",
    tenant: Tenant = "default",
    as_json: Json = False,
) -> None:
    """End a subscription: what waits for it is not sent any more. Exit code 3 when there is none of that name."""
    settings = load_settings()
    known = found(read_log(settings, machine=as_json), tenant, name)
    send(settings, known.model_copy(update={"active": False, "reason": reason}))
    show_facts({"name": name, "active": False}, as_json=as_json)


@app.command("test")
def try_out(
    name: Name,
    *,
    timeout_s: Annotated[float, typer.Option("--timeout", min=1, help="Seconds to wait for an outcome.")] = 30.0,
    tenant: Tenant = "default",
    as_json: Json = False,
) -> None:
    """Send an alert that is only a test to one subscriber, and say what came of it.

    Exit code 0 when it was delivered, 1 when it was not, 3 when there is no such subscription.
    """
    settings = load_settings()
    known = found(read_log(settings, machine=as_json), tenant, name)
    with showing_progress(machine=as_json) as progress:
        progress("Sending a test alert")
        attempt = send_test(settings, known, timeout_s)
        progress("")
    show_facts({"name": name, "result": attempt.result, "reason": attempt.reason}, as_json=as_json)
    raise typer.Exit(Exit.OK if attempt.result == "delivered" else Exit.FAILED)


def _subscribe(change: SubscriptionChanged, *, as_json: bool) -> None:
    """Check, publish and show it."""
    settings = load_settings()
    check_subscription(change)
    facts: dict[str, Any] = _facts(change)
    if change.channel == "webhook":
        refuse_private(settings, change.target)
        facts["secret"] = secret_for(settings, change)
    send(settings, change)
    show_facts(facts if as_json else {name: _in_words(value) for name, value in facts.items()}, as_json=as_json)


def _facts(change: SubscriptionChanged) -> dict[str, Any]:
    return {
        "name": change.subscription,
        "tenant": change.tenant,
        "channel": change.channel,
        "target": change.target,
        "match": list(change.match),
        "doc_id": change.doc_id,
        "groups": list(change.groups),
        "active": change.active,
        "reason": change.reason,
    }


def _in_words(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value
