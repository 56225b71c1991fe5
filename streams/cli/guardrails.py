"""`ragstream guardrails`: what guardrails there are, which are in force, and what they make of texts."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import uuid4

import typer
from rich.table import Table

from agents.guardrails.rules import RULES
from infra.settings import Settings
from schemas.event import EPOCH
from schemas.guardrails import PolicyPublished
from streams.cli.guardrails_backtest import backtest
from streams.cli.guardrails_check import check
from streams.cli.options import Json, new_app
from streams.cli.output import NotRunningError, plain, show_facts, show_list, showing_progress, stdout, write_json
from streams.cli.settings import kafka_of, load_settings
from streams.codec import encode
from streams.kafka_outbox import KafkaOutbox
from streams.policy_file import policy_object, policy_yaml, read_policy_file
from streams.policy_log import PolicyLog, read_policies
from streams.rules_table import in_words, rule_row
from streams.topics import TopicNames

app = new_app("Guardrails: the rules, the policies in force, and what they make of texts.")
app.command()(check)
app.command()(backtest)

SOURCE: Final = "ragstream-cli"


@app.command()
def rules(*, as_json: Json = False) -> None:
    """List every rule that a policy can name: where it can look, its options, and what the default policy does."""
    rows = [rule_row(rule) for rule in RULES]
    if as_json:
        write_json({"rules": rows})
        return
    table = Table("rule", "stages", "default policy", "options", "finds")
    for row in rows:
        options, default = in_words(row)
        table.add_row(row["name"], ", ".join(row["stages"]), default, plain(options), plain(row["about"]))
    stdout().print(table)


@app.command("list")
def list_policies(*, as_json: Json = False) -> None:
    """List the policies in force, the general ones first, and what on the topic could not be followed.

    Exit code 1 when a published policy could not be read: workers have said so too, and kept the version before it.
    """
    log = _read(load_settings(), machine=as_json)
    rows = [_summary(policy) for policy in log.book.all()]
    table = Table("name", "version", "for", "rules", "published")
    for row in rows:
        cells = row["name"], row["version"], ", ".join(row["tenants"]) or "everybody"
        table.add_row(*map(plain, cells), str(row["rules"]), row["published"] or "built in")
    show_list({"policies": rows}, table, log.problems, as_json=as_json)


@app.command()
def show(name: Annotated[str, typer.Argument(help="A name from the list.")], *, as_json: Json = False) -> None:
    """Print a policy that is in force as the YAML file that publishes it.

    Exit code 3 when there is none of that name.
    """
    found = next((each for each in _read(load_settings(), machine=as_json).book.all() if each.name == name), None)
    if found is None:
        raise NotRunningError(f"no policy {name!r} is in force: `ragstream guardrails list` shows those that are")
    if as_json:
        write_json({**_summary(found), "rules": policy_object(found)["rules"]})
    else:
        stdout().print(plain(policy_yaml(found)), soft_wrap=True, end="")


@app.command()
def publish(file: Annotated[Path, typer.Argument(help="A policy, in YAML.")], *, as_json: Json = False) -> None:
    """Check a policy and put it in force; without rules, withdraw the one of its name.

    Running workers follow within a second. A policy that names no rule, stage or option that exists is refused.
    """
    policy = read_policy_file(file)
    event = policy.model_copy(update={"event_id": str(uuid4()), "at": datetime.now(UTC)})
    asyncio.run(_send(load_settings(), event))
    show_facts({"name": event.name, "version": event.version, "rules": len(event.rules)}, as_json=as_json)


async def _send(settings: Settings, event: PolicyPublished) -> None:
    record = encode(event, TopicNames(settings.namespace), SOURCE)
    async with KafkaOutbox(kafka_of(settings), SOURCE) as outbox:
        await outbox.send([record])


def _read(settings: Settings, *, machine: bool) -> PolicyLog:
    with showing_progress(machine=machine) as progress:
        progress("Reading the policies")
        return asyncio.run(read_policies(kafka_of(settings), TopicNames(settings.namespace)))


def _summary(policy: PolicyPublished) -> dict[str, Any]:
    return {
        "name": policy.name,
        "version": policy.version,
        "tenants": list(policy.tenants),
        "rules": len(policy.rules),
        "published": None if policy.at == EPOCH else policy.at.isoformat(timespec="seconds"),
    }
