"""What the commands of `ragstream monitors` read and send."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeVar
from uuid import uuid4

import typer

from agents.monitors import Watched
from infra.settings import Settings
from schemas.event import Event
from schemas.monitors import MonitorDefined, SignalsObserved
from streams.cli.experiments_world import events_since
from streams.cli.output import NotRunningError, showing_progress
from streams.cli.settings import kafka_of
from streams.codec import encode
from streams.kafka_outbox import KafkaOutbox
from streams.monitor_checks import looks_at
from streams.monitor_log import MonitorLog, read_monitors, read_watched
from streams.topics import SIGNALS, TopicNames

SOURCE: Final = "ragstream-cli"
HOUR: Final = timedelta(hours=1)
E = TypeVar("E", bound=Event)

Name = Annotated[str, typer.Argument(help="A name from the list.")]
Tenant = Annotated[str, typer.Option("--tenant", help="Whose monitors; what is said of operations is `default`'s.")]
DEFAULT_TENANT: Final = "default"


def read_log(settings: Settings, *, machine: bool) -> MonitorLog:
    """The control topic, up to now."""
    with showing_progress(machine=machine) as progress:
        progress("Reading the monitors")
        return asyncio.run(read_monitors(kafka_of(settings), TopicNames(settings.namespace)))


def read_states(settings: Settings, tenant: str, *, machine: bool) -> Mapping[str, Watched]:
    """How things stand for a tenant now, by source."""
    with showing_progress(machine=machine) as progress:
        progress("Reading how things stand")
        return asyncio.run(read_watched(kafka_of(settings), TopicNames(settings.namespace), tenant))


def found(log: MonitorLog, tenant: str, name: str) -> MonitorDefined:
    """A tenant's monitor. Raises `NotRunningError` when there is none."""
    known = log.book.find(tenant, name)
    if known is None:
        raise NotRunningError(f"tenant {tenant} has no monitor {name!r}: `ragstream monitors list`")
    return known


def seen_lately(settings: Settings, definitions: Sequence[MonitorDefined], *, machine: bool) -> Mapping[str, int]:
    """How many observations of the last hour each monitor would have looked at, by name."""

    async def counted() -> Counter[str]:
        counts: Counter[str] = Counter()
        async for event in events_since(settings, (SIGNALS,), datetime.now(UTC) - HOUR):
            if isinstance(event, SignalsObserved):
                counts.update(each.name for each in definitions if looks_at(each, event))
        return counts

    with showing_progress(machine=machine) as progress:
        progress("Counting the observations of the last hour")
        return asyncio.run(counted())


def send(settings: Settings, events: Sequence[E]) -> Sequence[E]:
    """Publish events with ids and the time of now; gives them as they were sent."""
    now = datetime.now(UTC)
    stamped = [each.model_copy(update={"event_id": str(uuid4()), "at": now}) for each in events]
    if not stamped:
        return stamped

    async def sending() -> None:
        async with KafkaOutbox(kafka_of(settings), SOURCE) as outbox:
            await outbox.send([encode(each, TopicNames(settings.namespace), SOURCE) for each in stamped])

    asyncio.run(sending())
    return stamped
