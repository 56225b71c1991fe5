"""The environment in, settings and the servers' addresses out, or one sentence that says what to change."""

import os
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

import typer
from pydantic import ValidationError

from infra.local import stack
from infra.local.kafka_server import KafkaServer
from infra.settings import Settings
from schemas.failures import ConfigurationError
from streams.cli.output import NotRunningError


def load_settings() -> Settings:
    """Raises `ConfigurationError` that names the variable which cannot be used."""
    for name in misspelt(os.environ):
        typer.echo(name, err=True)
    try:
        return Settings()
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        name = "RAGSTREAM_" + "__".join(str(part) for part in problem["loc"]).upper()
        raise ConfigurationError(f"{name} cannot be used: {problem['msg'].removeprefix('Value error, ')}") from None


def setting_names() -> set[str]:
    """The environment variable of every setting."""
    names = set()
    for name, field in Settings.model_fields.items():
        nested = getattr(field.annotation, "model_fields", None)
        names |= {f"RAGSTREAM_{name}__{inner}".upper() for inner in nested} if nested else {f"RAGSTREAM_{name}".upper()}
    return names


def misspelt(environment: Iterable[str]) -> Iterator[str]:
    """A sentence for each variable that looks like a setting's and is none: else it would be ignored in silence."""
    known = setting_names()
    for name in sorted(environment):
        nearest = get_close_matches(name, known, n=1, cutoff=0.85)
        if name.startswith("RAGSTREAM_") and name not in known and nearest:
            yield f"{name} is no setting and is not used; {nearest[0]} is one"


def kafka_of(settings: Settings) -> str:
    """Bootstrap of the Kafka that is set, or that runs here. Raises `NotRunningError` when there is none."""
    if settings.kafka.bootstrap is not None:
        return settings.kafka.bootstrap
    local = KafkaServer(settings.home, settings.cache_folder())
    if not local.process.running():
        raise NotRunningError(f"no Kafka runs in {settings.home}: `ragstream up` starts one")
    return local.bootstrap


def located(settings: Settings) -> Settings:
    """`settings` with both servers filled in. Raises `NotRunningError` when one does not run."""
    found = stack.locate(settings)
    if found is None:
        raise NotRunningError(f"Kafka or Weaviate does not run in {settings.home}: `ragstream up` starts them")
    return found.applied_to(settings)
