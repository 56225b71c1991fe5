"""A Weaviate in, ragstream's collections in it out, with how many chunks each holds: for looking from outside."""

import json
from dataclasses import dataclass
from typing import Any

from weaviate import WeaviateAsyncClient

from infra import weaviate_schema as schema
from infra.settings import WeaviateSettings
from infra.weaviate_connection import WeaviateConnection

LIMIT_S = 30.0


@dataclass(frozen=True)
class Holding:
    """One collection: what one embedder's vectors of one namespace are kept in."""

    collection: str
    embedder_id: str
    dimension: int
    chunks: dict[str, int]
    """Number of chunks by tenant."""

    @property
    def total(self) -> int:
        return sum(self.chunks.values())


async def holdings(settings: WeaviateSettings, namespace: str) -> list[Holding]:
    """What Weaviate holds for a namespace, largest first; nothing is created.

    Raises `TransientError` when Weaviate does not answer.
    """
    connection = WeaviateConnection(settings, _unprepared)
    try:
        found = await connection.run(lambda client: _count(client, namespace), doing="counting chunks", limit_s=LIMIT_S)
    finally:
        await connection.close()
    return sorted(found, key=lambda each: -each.total)


async def _unprepared(_client: WeaviateAsyncClient) -> None:
    """Looking needs no collection of its own."""


async def _count(client: WeaviateAsyncClient, namespace: str) -> list[Holding]:
    found = []
    for name, config in (await client.collections.list_all(simple=True)).items():
        described = _described(config.description)
        if described is None or schema.collection_name(namespace, described[0]) != name:
            continue
        collection = client.collections.use(name)
        counts: dict[str, int] = {}
        for tenant in sorted(await collection.tenants.get()):
            counted = await collection.with_tenant(tenant).aggregate.over_all(total_count=True)
            counts[tenant] = counted.total_count or 0
        found.append(Holding(name, *described, counts))
    return found


def _described(description: str | None) -> tuple[str, int] | None:
    """Embedder and dimension as `weaviate_schema.describe` wrote them; None for a collection that is not ours."""
    try:
        fields: Any = json.loads(description or "")
        return str(fields["embedder_id"]), int(fields["dimension"])
    except (ValueError, KeyError, TypeError):
        return None
