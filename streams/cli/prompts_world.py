"""What the commands of `ragstream prompts` read and send."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import uuid4

import typer
from pydantic import ValidationError

from infra.settings import Settings
from schemas.event import Event
from schemas.failures import ConfigurationError
from schemas.prompts import PRODUCTION, PromptLabelled, PromptPublished
from streams.cli.output import NotRunningError, showing_progress
from streams.cli.settings import kafka_of
from streams.codec import encode, field_reasons
from streams.kafka_outbox import KafkaOutbox
from streams.prompt_book import InMemoryPromptBook
from streams.prompt_log import PromptLog, read_prompts
from streams.topics import TopicNames

SOURCE: Final = "ragstream-cli"

Name = Annotated[str, typer.Argument(help="A name from the list.")]
Tenant = Annotated[str, typer.Option("--tenant", help="Whose prompts. Who has none of a name uses those of `default`.")]
Label = Annotated[str, typer.Argument(metavar="LABEL", help="Small letters, digits and hyphens.")]


def read_log(settings: Settings, *, machine: bool) -> PromptLog:
    """The topic of prompts, up to now."""
    with showing_progress(machine=machine) as progress:
        progress("Reading the prompts")
        return asyncio.run(read_prompts(kafka_of(settings), TopicNames(settings.namespace)))


def send(settings: Settings, events: Iterable[PromptPublished | PromptLabelled]) -> None:
    """Publish, in order, each with an id and the time of now."""
    stamped: list[Event] = [
        each.model_copy(update={"event_id": str(uuid4()), "at": datetime.now(UTC)}) for each in events
    ]

    async def sending() -> None:
        async with KafkaOutbox(kafka_of(settings), SOURCE) as outbox:
            await outbox.send([encode(each, TopicNames(settings.namespace), SOURCE) for each in stamped])

    asyncio.run(sending())


def found(book: InMemoryPromptBook, tenant: str, name: str, version: str) -> PromptPublished:
    """The prompt that serves a tenant under a version or a label. Raises `NotRunningError` when there is none."""
    prompt = book.prompt(tenant, name, version)
    if prompt is None:
        raise NotRunningError(f"no prompt {name!r} has a version or label {version!r}: `ragstream prompts list`")
    return prompt


def own(book: InMemoryPromptBook, tenant: str, name: str, version: str) -> PromptPublished:
    """A tenant's own prompt, or a built-in one, whose version `version` is or points at. Raises `NotRunningError`."""
    prompt = found(book, tenant, name, version)
    if prompt.version not in book.versions(tenant, name):
        raise NotRunningError(
            f"version {prompt.version} of {name!r} is one of tenant default: publish it for tenant {tenant} first"
        )
    return prompt


def labelled(book: InMemoryPromptBook, tenant: str, name: str, label: str, version: str) -> PromptLabelled:
    """The event that points a label at a version, and remembers where it was. Raises `ConfigurationError`."""
    before = book.labels(tenant, name).get(label)
    previous = "" if before is None else before.previous if before.version == version else before.version
    try:
        return PromptLabelled(tenant=tenant, name=name, label=label, version=version, previous=previous)
    except ValidationError as error:
        raise ConfigurationError(f"the label cannot be set: {field_reasons(error)}") from None


def check_serves(prompt: PromptPublished, label: str) -> None:
    """Raises `ConfigurationError` for a prompt that needs a value which nobody gives in production."""
    needed = [each.name for each in prompt.parameters if each.default is None]
    if label == PRODUCTION and needed:
        raise ConfigurationError(
            f"{prompt.name}@{prompt.version} cannot serve as {PRODUCTION}: give its parameter {needed[0]} a default"
        )
