"""The environment in, settings and the servers' addresses out, or one sentence that says what to change."""

from pydantic import ValidationError

from infra.local import stack
from infra.local.kafka_server import KafkaServer
from infra.settings import Settings
from schemas.failures import ConfigurationError
from streams.cli.output import NotRunningError


def load_settings() -> Settings:
    """Raises `ConfigurationError` that names the variable which cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        name = "RAGSTREAM_" + "__".join(str(part) for part in problem["loc"]).upper()
        raise ConfigurationError(f"{name} cannot be used: {problem['msg']}") from None


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
