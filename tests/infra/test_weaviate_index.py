"""What a good server won't show; everything else is in `tests/live/test_weaviate_index.py`."""

import numpy as np
import pytest
from weaviate.exceptions import WeaviateBatchError, WeaviateClosedClientError, WeaviateDeleteManyError

from infra.weaviate_index import WeaviateIndex
from infra.weaviate_schema import collection_name
from infra.weaviate_writes import DELETE_ROUNDS, INSERT_BYTES, INSERT_OBJECTS
from schemas.chunks import Chunk, DocumentAttributes, Span
from schemas.event import EPOCH, Origin, derive_id
from schemas.failures import PermanentError, TransientError
from schemas.passages import IndexedChunk
from tests.infra.weaviate_fakes import DIMENSION, EMBEDDER, SETTINGS, FakeServer

REFUSED = "invalid integer property 'ordinal': requires an integer"
UNWELL = "put object: shard is read-only: no space left"
TOO_LARGE = WeaviateBatchError("grpc: received message larger than max (104858001 vs. 104858000)")


def an_index(server: FakeServer) -> WeaviateIndex:
    return WeaviateIndex(SETTINGS, embedder_id=EMBEDDER, dimension=DIMENSION, make=server.client)


def chunks(count: int, text: str = "text") -> list[IndexedChunk]:
    return [
        IndexedChunk(
            tenant="acme",
            doc_id="d",
            revision=1,
            chunk=Chunk(chunk_id=derive_id("c", n), text=text, ordinal=n, span=Span(start=0, end=4)),
            attributes=DocumentAttributes(),
            origin=Origin(topic="documents", partition=0, offset=0, at=EPOCH),
            embedder_id=EMBEDDER,
        )
        for n in range(count)
    ]


def rows(count: int):
    return np.tile(np.array([[0.6, 0.8]], np.float32), (count, 1))


async def test_two_refused_of_ten_are_named_and_the_others_stored() -> None:
    """FAILURES 17."""
    server = FakeServer(lambda _: {3: REFUSED, 7: REFUSED})
    with pytest.raises(PermanentError, match="refused 2 chunks") as caught:
        await an_index(server).upsert(chunks(10), rows(10))
    assert derive_id("c", 3) in str(caught.value)
    assert derive_id("c", 7) in str(caught.value)
    assert len(server.stored) == 8


async def test_the_other_slices_are_stored_although_one_has_a_refused_chunk() -> None:
    """FAILURES 17."""
    server = FakeServer(lambda _: {0: REFUSED})
    with pytest.raises(PermanentError):
        await an_index(server).upsert(chunks(250), rows(250))
    assert len(server.stored) == 249


async def test_an_unwell_server_is_retried_even_if_a_chunk_was_refused() -> None:
    """FAILURES 17: a repeat stores what can be, then names the rest."""
    server = FakeServer(lambda _: {3: REFUSED, 7: UNWELL}, lambda _: {3: REFUSED})
    index = an_index(server)
    with pytest.raises(TransientError, match="did not store 1 chunks"):
        await index.upsert(chunks(10), rows(10))
    with pytest.raises(PermanentError, match=derive_id("c", 3)):
        await index.upsert(chunks(10), rows(10))
    assert len(server.stored) == 9


async def test_all_failed_for_a_passing_reason_is_transient() -> None:
    """FAILURES 17: the client raises only when all fail, and then says only which messages there were."""
    server = FakeServer(lambda objects: dict.fromkeys(range(len(objects)), UNWELL))
    with pytest.raises(TransientError):
        await an_index(server).upsert(chunks(10), rows(10))
    assert len(server.sent) == 1


async def test_all_failed_for_lasting_reasons_are_all_named() -> None:
    """FAILURES 17."""
    server = FakeServer(*[lambda objects: dict.fromkeys(range(len(objects)), REFUSED)] * 4)
    with pytest.raises(PermanentError, match="refused 3 chunks"):
        await an_index(server).upsert(chunks(3), rows(3))


async def test_a_broken_transport_is_transient_and_the_retry_keeps_the_tenant() -> None:
    """FAILURES 17 and 28: a transport exception after some objects; the retry goes to the same tenant."""
    server = FakeServer(WeaviateBatchError("<AioRpcError: StatusCode.UNAVAILABLE, Connection reset by peer>"))
    index = an_index(server)
    with pytest.raises(TransientError, match="reset by peer"):
        await index.upsert(chunks(10), rows(10))
    await index.upsert(chunks(10), rows(10))
    assert server.tenants == ["acme", "acme"]
    assert len(server.stored) == 10


async def test_a_message_too_large_is_split_and_sent_again() -> None:
    """FAILURES 25."""
    server = FakeServer(TOO_LARGE, TOO_LARGE)
    await an_index(server).upsert(chunks(10), rows(10))
    assert [len(ids) for ids in server.sent] == [10, 5, 2, 3, 5]
    assert len(server.stored) == 10


async def test_a_single_chunk_that_is_too_large_is_named() -> None:
    """FAILURES 25: retrying it can never work."""
    server = FakeServer(TOO_LARGE, TOO_LARGE)
    with pytest.raises(PermanentError, match=derive_id("c", 0)):
        await an_index(server).upsert(chunks(2), rows(2))
    assert len(server.stored) == 1


async def test_calls_are_bounded_by_count_and_by_bytes() -> None:
    """FAILURES 25."""
    server = FakeServer()
    await an_index(server).upsert(chunks(INSERT_OBJECTS + 1), rows(INSERT_OBJECTS + 1))
    assert [len(ids) for ids in server.sent] == [INSERT_OBJECTS, 1]
    server = FakeServer()
    await an_index(server).upsert(chunks(5, "é" * (INSERT_BYTES // 7)), rows(5))
    assert [len(ids) for ids in server.sent] == [3, 2]


async def test_a_delete_is_repeated_until_nothing_matches() -> None:
    """FAILURES 20: a server that stops at a limit and reports success."""
    server = FakeServer()
    server.deletes = [700, 200, 0]
    await an_index(server).delete("acme", [derive_id("c", n) for n in range(900)])
    assert server.deleted == 3


async def test_a_delete_that_never_ends_is_transient_and_bounded() -> None:
    """FAILURES 20: done only when none is left."""
    server = FakeServer()
    server.deletes = [5]
    with pytest.raises(TransientError, match="still there"):
        await an_index(server).delete("acme", [derive_id("c", 0)])
    assert server.deleted == DELETE_ROUNDS


async def test_a_delete_that_fails_in_the_middle_can_be_repeated() -> None:
    """FAILURES 20."""
    server = FakeServer()
    server.deletes = [700, WeaviateDeleteManyError("[UNAVAILABLE] connection reset"), 200, 0]
    index = an_index(server)
    with pytest.raises(TransientError):
        await index.delete("acme", [derive_id("c", 0)])
    await index.delete("acme", [derive_id("c", 0)])
    assert server.deleted == 4


async def test_a_closed_client_is_replaced_and_the_call_made_again() -> None:
    """FAILURES 26: not once until the process is restarted."""
    server = FakeServer()
    index = an_index(server)
    await index.upsert(chunks(1), rows(1))
    server.clients[0].closed = True
    await index.upsert(chunks(2), rows(2))
    assert len(server.clients) == 2
    assert len(server.stored) == 2


async def test_a_client_that_is_closed_at_every_call_is_given_a_pause() -> None:
    """FAILURES 26: back-off instead of a storm of new clients."""
    server = FakeServer(*[WeaviateClosedClientError()] * 9)
    index = an_index(server)
    for _ in range(5):
        with pytest.raises(TransientError):
            await index.upsert(chunks(1), rows(1))
    assert len(server.clients) == 2


def test_namespaces_and_embedders_have_collections_of_their_own() -> None:
    """FAILURES 19."""
    spaces = {("", "a"), ("", "b"), ("x", "a"), ("X", "a"), ("9", "a")}
    names = {collection_name(namespace, embedder) for namespace, embedder in spaces}
    assert len({name.lower() for name in names}) == len(spaces)
    assert all(name.startswith("RagstreamChunks_") and name.replace("_", "").isalnum() for name in names)
