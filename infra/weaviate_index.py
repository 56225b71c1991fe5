"""Chunks and vectors into one multi-tenant Weaviate collection, passages and audits out of it (port `Index`).

`insert_many` reports what it did not store in its result and raises only when it stored nothing: both are read here.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from weaviate import WeaviateAsyncClient
from weaviate.classes.data import DataObject
from weaviate.exceptions import WeaviateBaseError

from infra import weaviate_schema as schema
from infra.index_guards import Vectors, check_question, check_question_vector, check_tenant, check_vectors
from infra.settings import WeaviateSettings
from infra.weaviate_collection import ensure_collection
from infra.weaviate_connection import WeaviateConnection, make_client
from infra.weaviate_errors import is_unknown_tenant
from infra.weaviate_search import hits, passages
from infra.weaviate_writes import (
    DELETE_SLICE,
    Object,
    Tenanted,
    bounded,
    by_tenant,
    delete,
    insert,
    refuse,
    sliced,
)
from schemas.index_failures import MissingChunksError
from schemas.passages import IndexedChunk, MovedChunk, Original, Passage, Search, StoredChunk

R = TypeVar("R")

SCAN_PAGE = 1_000
MOVE_SLICE = 100
INSERTS_AT_ONCE = 4
"""Calls in flight: two gain a quarter to a half over one on a server with two cores, more cores gain from more."""
WRITE_LIMIT_S = 120.0
SEARCH_LIMIT_S = 15.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


class WeaviateIndex:
    """The port `Index` over an asynchronous Weaviate client; connects when first used, or by `connect`."""

    def __init__(
        self,
        settings: WeaviateSettings,
        *,
        embedder_id: str,
        dimension: int,
        namespace: str = "",
        now: Callable[[], datetime] = _utc_now,
        make: Callable[[WeaviateSettings], WeaviateAsyncClient] = make_client,
    ) -> None:
        """`dimension` is the length of a vector; `now` stamps `indexed_at`; `make` gives unconnected clients."""
        self.collection_name = schema.collection_name(namespace, embedder_id)
        self._dimension = dimension
        self._now = now
        self._inserting = asyncio.Semaphore(INSERTS_AT_ONCE)
        description = schema.describe(embedder_id, dimension)

        async def prepare(client: WeaviateAsyncClient) -> None:
            await ensure_collection(client, self.collection_name, description, settings)

        self._connection = WeaviateConnection(settings, prepare, make)

    async def connect(self, wait_s: float) -> None:
        """Wait until the collection can be used. After `wait_s` seconds, `ConfigurationError` says what is missing."""
        await self._connection.connect(wait_s)

    async def close(self) -> None:
        """Close the connection; a later call opens a new one."""
        await self._connection.close()

    async def upsert(self, chunks: Sequence[IndexedChunk], vectors: Vectors) -> None:
        """As in the port; `vectors` has one row per chunk. Of chunks with equal ids the last one counts."""
        check_vectors(vectors, self._dimension, [item.chunk.chunk_id for item in chunks])
        newest = {(item.tenant, item.chunk.chunk_id): row for row, item in enumerate(chunks)}
        at = self._now()
        for tenant, rows in by_tenant((chunks[row].tenant, row) for row in newest.values()):
            objects = [
                DataObject(
                    properties=schema.of_indexed(chunks[row], at), uuid=chunks[row].chunk.chunk_id, vector=vectors[row]
                )
                for row in rows
            ]
            await self._insert(tenant, objects)

    async def move(self, moves: Sequence[MovedChunk]) -> None:
        """As in the port. Raises `MissingChunksError` after moving those that are stored."""
        newest = {(item.tenant, item.move.chunk_id): item for item in moves}
        missing: list[str] = []
        for tenant, items in by_tenant((item.tenant, item) for item in newest.values()):
            for part in sliced(items, MOVE_SLICE):
                missing += await self._move(tenant, part)
        if missing:
            raise MissingChunksError(missing)

    async def delete(self, tenant: str, chunk_ids: Sequence[str]) -> None:
        """As in the port."""
        for part in sliced(list(dict.fromkeys(chunk_ids)), DELETE_SLICE):
            await self._write(tenant, partial(delete, chunk_ids=part), "deleting chunks")

    async def search(self, search: Search, vector: Vectors) -> Sequence[Passage]:
        """As in the port. A tenant that has no chunks yet finds nothing. `PermanentError` for an empty question."""
        check_tenant(search.tenant)
        check_question(search.text)
        question = check_question_vector(vector, self._dimension)

        async def ask(client: WeaviateAsyncClient) -> list[Any]:
            try:
                return await hits(self._tenanted(client, search.tenant), search, question)
            except WeaviateBaseError as error:
                if is_unknown_tenant(error):
                    return []
                raise

        found = await self._connection.run(ask, doing="searching", limit_s=SEARCH_LIMIT_S)
        return passages(found, question, search)[: search.top_k]

    async def scan(self) -> AsyncIterator[tuple[str, StoredChunk]]:
        """Every stored chunk with its tenant, page by page; what is written meanwhile may or may not be seen."""
        tenants = await self._run(lambda client: client.collections.use(self.collection_name).tenants.get(), "listing")
        for tenant in sorted(tenants):
            after: str | None = None
            while page := await self._page(tenant, after):
                for found in page:
                    yield tenant, schema.to_stored(str(found.uuid), found.properties)
                after = str(page[-1].uuid)

    async def originals(self, tenant: str, chunk_ids: Sequence[str]) -> Sequence[Original]:
        """Those of the chunks that are stored, whole but for their vectors."""
        found: list[Original] = []
        for part in sliced(list(dict.fromkeys(chunk_ids)), MOVE_SLICE):
            found += await self._write(tenant, partial(_fetch_whole, chunk_ids=part), "reading chunks to copy")
        return found

    async def copy(self, tenant: str, originals: Sequence[Original], vectors: Vectors, embedder_id: str) -> None:
        """Store what another index holds, with vectors of this one's embedder, one row a chunk. Raises as `upsert`."""
        check_vectors(vectors, self._dimension, [each.chunk_id for each in originals])
        at = self._now()
        objects = [
            DataObject(properties=schema.of_copied(each, embedder_id, at), uuid=each.chunk_id, vector=vector)
            for each, vector in zip(originals, vectors, strict=True)
        ]
        await self._insert(tenant, objects)

    async def drop(self) -> None:
        """Delete the collection with every tenant's chunks, for tests and for embedders that are no longer used."""
        await self._run(lambda client: client.collections.delete(self.collection_name), "dropping the collection")
        await self._connection.close()

    async def _run(self, work: Callable[[WeaviateAsyncClient], Awaitable[R]], doing: str) -> R:
        return await self._connection.run(work, doing=doing, limit_s=WRITE_LIMIT_S)

    async def _write(self, tenant: str, work: Callable[[Tenanted], Awaitable[R]], doing: str) -> R:
        check_tenant(tenant)
        return await self._run(lambda client: work(self._tenanted(client, tenant)), doing)

    def _tenanted(self, client: WeaviateAsyncClient, tenant: str) -> Tenanted:
        return client.collections.use(self.collection_name).with_tenant(tenant)

    async def _insert(self, tenant: str, objects: Sequence[Object]) -> None:
        async def store(part: Sequence[Object]) -> dict[str, str]:
            async with self._inserting:
                return await self._write(tenant, partial(insert, objects=part), "storing chunks")

        # All of them end before any error is raised, so that nothing is still being written when a caller repeats.
        outcomes = await asyncio.gather(*map(store, bounded(objects)), return_exceptions=True)
        refused: dict[str, str] = {}
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
            refused |= outcome
        refuse(refused)

    async def _move(self, tenant: str, items: Sequence[MovedChunk]) -> list[str]:
        """Ids of those that are not stored. One read and one write are four times as fast as a patch for each."""
        ids = [item.move.chunk_id for item in items]
        stored = await self._write(tenant, partial(_fetch, chunk_ids=ids), "reading chunks to move")
        at = self._now()
        await self._insert(
            tenant,
            [
                DataObject(
                    properties=schema.of_moved(item, stored[item.move.chunk_id].properties, at),
                    uuid=item.move.chunk_id,
                    vector=stored[item.move.chunk_id].vector["default"],
                )
                for item in items
                if item.move.chunk_id in stored
            ],
        )
        return [chunk_id for chunk_id in ids if chunk_id not in stored]

    async def _page(self, tenant: str, after: str | None) -> list[Any]:
        async def fetch(client: WeaviateAsyncClient) -> list[Any]:
            try:
                found = await self._tenanted(client, tenant).query.fetch_objects(
                    limit=SCAN_PAGE, after=after, return_properties=schema.STORED_PROPERTIES
                )
            except WeaviateBaseError as error:
                if is_unknown_tenant(error):  # removed since it was listed
                    return []
                raise
            return list(found.objects)

        return await self._run(fetch, "scanning")


async def _fetch(of: Tenanted, chunk_ids: Sequence[str]) -> dict[str, Any]:
    """What a move keeps of the chunks that are stored, by id."""
    try:
        found = await of.query.fetch_objects_by_ids(
            chunk_ids, limit=len(chunk_ids), include_vector=True, return_properties=schema.LASTING_PROPERTIES
        )
    except WeaviateBaseError as error:
        if is_unknown_tenant(error):
            return {}
        raise
    return {str(one.uuid): one for one in found.objects}


async def _fetch_whole(of: Tenanted, chunk_ids: Sequence[str]) -> list[Original]:
    names = [each.name for each in schema.properties()]
    try:
        found = await of.query.fetch_objects_by_ids(chunk_ids, limit=len(chunk_ids), return_properties=names)
    except WeaviateBaseError as error:
        if is_unknown_tenant(error):
            return []
        raise
    return [schema.to_original(str(one.uuid), one.properties) for one in found.objects]
