"""`ragstream status`."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import typer
from rich.table import Table

from infra.local import kafka_server, weaviate_server
from infra.local.kafka_server import KafkaServer
from infra.local.llm_server import LlmServer
from infra.local.weaviate_server import WeaviateServer
from infra.settings import Settings, WeaviateSettings
from infra.weaviate_census import Holding, holdings
from schemas.failures import ConfigurationError, RagstreamError
from streams.alert_log import read_standings
from streams.cli.llm import llm_facts
from streams.cli.options import Json, new_app
from streams.cli.output import Exit, plain, stdout, write_json
from streams.cli.role_processes import known_processes
from streams.cli.settings import load_settings
from streams.roles import ROLES, SOURCES
from streams.status import KafkaStatus, kafka_status
from streams.topics import DEAD_LETTERS, TopicNames

app = new_app()


@app.command()
def status(*, as_json: Json = False) -> None:
    """Show what runs, how many records each role has still before it, and what the topics and the index hold.

    Exit code 0 when Kafka, Weaviate and every role run, 3 when something does not. Roles are looked for on this
    machine only; their lag is the whole consumer group's, wherever its members run.
    """
    facts = asyncio.run(gather(load_settings()))
    if as_json:
        write_json(facts)
    else:
        for table in tables(facts):
            stdout().print(table)
    raise typer.Exit(Exit.OK if all_run(facts) else Exit.NOT_RUNNING)


async def gather(settings: Settings) -> dict[str, Any]:
    """Everything that the command shows, as JSON has it."""
    kafka, on_kafka = await _kafka(settings)
    weaviate, held = await _weaviate(settings)
    roles = {role: _role(role, settings, on_kafka) for role in ROLES}
    counts = {each.topic.name: each.records for each in on_kafka.topics} if on_kafka else {}
    return {
        "home": str(settings.home),
        "namespace": settings.namespace,
        "kafka": kafka,
        "weaviate": weaviate,
        "llm": await llm_facts(LlmServer(settings.home, settings.cache_folder())),
        "roles": roles,
        "topics": counts,
        "dead_letters": counts.get(DEAD_LETTERS.name),
        "firing": await _firing(kafka["bootstrap"], settings) if on_kafka else None,
        **index_facts(held, roles),
        "collections": {
            each.collection: {"embedder": each.embedder_id, "dimension": each.dimension, "chunks": each.chunks}
            for each in held or []
        },
    }


def index_facts(held: list[Holding] | None, roles: dict[str, Any]) -> dict[str, Any]:
    """The embedder in force, the chunks that questions find with it, those of candidates, and those of others.

    It is the one that the workers say they run: after a change of model the index of the one before is still there.
    """
    running = (role["embedder"]["model"] for role in roles.values() if role["embedder"])
    embedder = next(running, held[0].embedder_id if held else None)
    names = dict.fromkeys(each for role in roles.values() for each in role.get("candidates", ()))
    if held is None:
        return {"embedder": embedder, "chunks": None, "candidates": dict.fromkeys(names), "other_chunks": None}
    counts = {each.embedder_id: each.total for each in held}
    candidates = {each: counts.get(each, 0) for each in names}
    found = counts.get(embedder or "", 0)
    others = sum(counts.values()) - found - sum(candidates.values())
    return {"embedder": embedder, "chunks": found, "candidates": candidates, "other_chunks": others}


def all_run(facts: dict[str, Any]) -> bool:
    """Whether nothing is missing."""
    parts = [facts["kafka"], facts["weaviate"], *facts["roles"].values()]
    return all(part["running"] for part in parts)


def tables(facts: dict[str, Any]) -> list[Table]:
    """What people see."""
    parts = Table("part", "state", "pid", "lag", "embeds on", "metrics", "where")
    for name in ("kafka", "weaviate"):
        where = facts[name].get("bootstrap") or facts[name].get("url") or facts[name].get("error") or ""
        parts.add_row(name, _state(facts[name]), "", "", "", "", plain(where))
    if facts["llm"]["base_url"]:
        parts.add_row("llm", _state(facts["llm"]), str(facts["llm"]["pid"] or ""), "", "", "", facts["llm"]["base_url"])
    for role, found in facts["roles"].items():
        pids = ", ".join(str(pid) for pid in found["pids"])
        ports = ", ".join(f":{address.rpartition(':')[2]}" for address in found["metrics"])
        lag, on = _number(found["lag"]), device(found["embedder"])
        parts.add_row(role, _state(found), pids, lag, on, ports, facts["home"])
    topics = Table("topic", "records")
    topics.columns[1].justify = parts.columns[3].justify = "right"
    for name, count in facts["topics"].items():
        topics.add_row(name, _number(count))
    index = Table(show_header=False, box=None)
    index.add_row("embedder", facts["embedder"] or "none yet")
    index.add_row("indexed chunks", _number(facts["chunks"]))
    for name, count in facts["candidates"].items():
        index.add_row("of candidate", f"{_number(count)} by {plain(name)}")
    if facts["other_chunks"]:
        index.add_row("of other embedders", f"{facts['other_chunks']:,}, which no question finds")
    index.add_row("dead letters", _number(facts["dead_letters"]))
    index.add_row("alerts that fire", "?" if facts["firing"] is None else ", ".join(facts["firing"]) or "none")
    return [parts, topics, index] if facts["topics"] else [parts, index]


def device(embedder: dict[str, Any] | None) -> str:
    """Provider and runs at a time, as `CPU x 2`; empty for a process that embeds nothing."""
    if embedder is None:
        return ""
    return f"{embedder['providers'][0].removesuffix('ExecutionProvider')} x {embedder['workers']}"


def _state(part: dict[str, Any]) -> str:
    if not part["running"]:
        return "down"
    return "up" if part.get("ready", True) else "starting"


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def _role(role: str, settings: Settings, on_kafka: KafkaStatus | None) -> dict[str, Any]:
    running = [each for each in known_processes(role, settings.home) if each.process.running()]
    return {
        "running": bool(running),
        "ready": bool(running) and all(each.ready() for each in running),
        "pid": running[0].process.pid if running else None,
        "pids": [each.process.pid for each in running],
        "lag": on_kafka.lags[role] if on_kafka else None,
        "lags": dict(on_kafka.lags_by_topic[role]) if on_kafka else {},
        "embedder": next((each.embedder() for each in running), None),
        "candidates": next((each.candidates() for each in running), []),
        "metrics": [address for each in running if (address := each.metrics())],
    }


async def _kafka(settings: Settings) -> tuple[dict[str, Any], KafkaStatus | None]:
    local = KafkaServer(settings.home, settings.cache_folder())
    try:
        bootstrap = settings.kafka.bootstrap or local.bootstrap
    except ConfigurationError:  # it never ran here
        return {"bootstrap": None, "running": False}, None
    if not await kafka_server.answers(bootstrap):
        return {"bootstrap": bootstrap, "running": False}, None
    try:
        found = await kafka_status(bootstrap, TopicNames(settings.namespace), SOURCES)
    except RagstreamError as error:
        return {"bootstrap": bootstrap, "running": True, "error": str(error)}, None
    return {"bootstrap": bootstrap, "running": True}, found


async def _firing(bootstrap: str, settings: Settings) -> list[str] | None:
    """Names of the alerts that fire; None when that cannot be read."""
    try:
        found = await read_standings(bootstrap, TopicNames(settings.namespace), datetime.now(UTC))
    except RagstreamError:  # the workers of this namespace never ran
        return None
    return [each.alert.alert for each in found if each.phase == "firing"]


async def _weaviate(settings: Settings) -> tuple[dict[str, Any], list[Holding] | None]:
    try:
        access = _weaviate_access(settings)
    except ConfigurationError:  # it never ran here
        return {"url": None, "running": False}, None
    facts = {"url": access.address, "grpc_port": access.grpc_port}
    if access.url is None or not await weaviate_server.answers(access.url):
        return {**facts, "running": False}, None
    try:
        return {**facts, "running": True}, await holdings(access, settings.namespace)
    except RagstreamError as error:
        return {**facts, "running": True, "error": str(error)}, None


def _weaviate_access(settings: Settings) -> WeaviateSettings:
    if settings.weaviate.url is not None:
        return settings.weaviate
    local = WeaviateServer(settings.home, settings.cache_folder())
    return WeaviateSettings.model_validate({"url": local.url, "grpc_port": local.grpc_port, "api_key": local.api_key})
