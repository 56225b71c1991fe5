"""What the commands of `ragstream experiments` read and send."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from uuid import uuid4

import typer

from infra.settings import Settings
from schemas.event import Event
from schemas.experiments import ExperimentDefined
from schemas.failures import ConfigurationError
from streams.cli.output import NotRunningError, showing_progress
from streams.cli.settings import kafka_of
from streams.client_reader import TopicReader
from streams.codec import Malformed, decode, encode
from streams.experiment_checks import Served
from streams.experiment_log import ExperimentLog, read_experiments
from streams.kafka_outbox import KafkaOutbox
from streams.topic import Topic
from streams.topics import TopicNames

SOURCE: Final = "ragstream-cli"
DURATIONS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}

Name = Annotated[str, typer.Argument(help="A name from the list.")]
Tenant = Annotated[
    str, typer.Option("--tenant", help="Whose experiments. Those of `default` take in everybody's questions.")
]


def read_log(settings: Settings, *, machine: bool) -> ExperimentLog:
    """The control topics, up to now."""
    with showing_progress(machine=machine) as progress:
        progress("Reading the experiments")
        return asyncio.run(read_experiments(kafka_of(settings), TopicNames(settings.namespace)))


def found(log: ExperimentLog, tenant: str, name: str) -> ExperimentDefined:
    """A tenant's experiment. Raises `NotRunningError` when there is none."""
    known = log.book.find(tenant, name)
    if known is None:
        raise NotRunningError(f"tenant {tenant} has no experiment {name!r}: `ragstream experiments list`")
    return known[0]


def served_by(settings: Settings) -> Served:
    """Names of the generators and embedders that a worker with these settings has."""
    generators = dict.fromkeys((settings.generator.kind, "extractive"))
    return Served(tuple(generators), tuple(name for name, _ in settings.embedder.named()))


def send(settings: Settings, definition: ExperimentDefined) -> ExperimentDefined:
    """Publish a definition with an id and the time of now; gives it as it was sent."""
    stamped = definition.model_copy(update={"event_id": str(uuid4()), "at": datetime.now(UTC)})

    async def sending() -> None:
        async with KafkaOutbox(kafka_of(settings), SOURCE) as outbox:
            await outbox.send([encode(stamped, TopicNames(settings.namespace), SOURCE)])

    asyncio.run(sending())
    return stamped


async def events_since(settings: Settings, topics: tuple[Topic, ...], since: datetime | None) -> AsyncIterator[Event]:
    """The events of `topics` up to now whose records are not older than `since`; what is no event is passed over.

    Raises what `TopicReader` raises.
    """
    names = TopicNames(settings.namespace)
    async with TopicReader.of(kafka_of(settings), names, topics) as reader:
        ends = await reader.ends()
        reader.seek(await reader.beginnings() if since is None else await reader.since(since))
        async for record in reader.records_until(ends):
            event = decode(record, names.topic(record.topic))
            if not isinstance(event, Malformed):
                yield event


def duration(given: str, option: str = "--since") -> timedelta:
    """What `7d`, `3h` or `30m` means. Raises `ConfigurationError` that names the option for anything else."""
    match = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", given)
    if match is None:
        raise ConfigurationError(f"{option} {given!r} is no duration: a number and m, h or d, such as 7d")
    return int(match[1]) * DURATIONS[match[2]]
