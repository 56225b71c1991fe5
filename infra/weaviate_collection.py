"""Makes sure, on every new connection, that the collection is there and is the one that this process means."""

import asyncio
from typing import Any

from weaviate import WeaviateAsyncClient
from weaviate.exceptions import UnexpectedStatusCodeError

from infra import weaviate_schema as schema
from infra.settings import WeaviateSettings
from infra.weaviate_errors import WORLD_ERRORS, WeaviateUnwellError
from schemas.failures import ConfigurationError

GRPC_LIMIT_S = 5.0
UNPROCESSABLE = 422


async def ensure_collection(
    client: WeaviateAsyncClient, name: str, description: str, settings: WeaviateSettings
) -> None:
    """Create the collection if there is none, else compare it; then see that gRPC answers too.

    Raises `ConfigurationError` if a collection of this name has another purpose, `TransientError` while the gRPC port
    is silent.
    """
    if not await client.collections.exists(name):
        await _create(client, name, description)
    _check(await client.collections.use(name).config.get(), name, description)
    await _ping_grpc(client, name, settings)


async def _create(client: WeaviateAsyncClient, name: str, description: str) -> None:
    try:
        await client.collections.create(**schema.creation(name, description))
    except UnexpectedStatusCodeError as error:
        # Another worker was faster: what it made is compared like any other.
        if error.status_code != UNPROCESSABLE or not await client.collections.exists(name):
            raise


def _check(config: Any, name: str, description: str) -> None:
    if config.description != description:
        raise ConfigurationError(
            f"the Weaviate collection {name} was made for {config.description}, this process needs {description}: "
            "set another RAGSTREAM_NAMESPACE, or delete that collection"
        )
    lacking = {one.name for one in schema.properties()} - {one.name for one in config.properties}
    if lacking or not config.multi_tenancy_config.enabled:
        raise ConfigurationError(
            f"the Weaviate collection {name} was changed: it lacks {sorted(lacking) or 'multi-tenancy'}"
        )


async def _ping_grpc(client: WeaviateAsyncClient, name: str, settings: WeaviateSettings) -> None:
    """Reads and writes go over gRPC, the calls above over REST; one port may be open and the other not."""
    try:
        async with asyncio.timeout(GRPC_LIMIT_S):
            await client.collections.use(name).tenants.get_by_names(["default"])
    except (TimeoutError, *WORLD_ERRORS) as error:
        port = settings.grpc_port or "50051 (RAGSTREAM_WEAVIATE__GRPC_PORT is not set)"
        raise WeaviateUnwellError(f"Weaviate answers over HTTP but not over gRPC on port {port}") from error
