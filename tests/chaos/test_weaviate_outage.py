"""A Weaviate of its own, killed under an index that is in use."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from infra.local.weaviate_server import WeaviateServer
from infra.settings import WeaviateSettings
from infra.weaviate_index import WeaviateIndex
from schemas.failures import TransientError
from tests.contracts.index_samples import DIMENSION, EMBEDDER, ask, chunk, stored, vector
from tests.live.own_weaviate import own_weaviate

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]


@pytest.fixture
async def server() -> AsyncIterator[WeaviateServer]:
    async with own_weaviate() as one:
        yield one


async def test_an_index_survives_a_killed_server(server: WeaviateServer) -> None:
    """FAILURES 26: errors that say to wait, at once after the first; then it works again without a restart of ours."""
    settings = WeaviateSettings(url=server.url, grpc_port=server.grpc_port, api_key=SecretStr(server.api_key))
    index = WeaviateIndex(settings, embedder_id=EMBEDDER, dimension=DIMENSION)
    await index.upsert([chunk("d", "before")], vector(1))
    pid = server.process.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    for attempt in (
        lambda: index.search(ask("before"), vector(1)),
        lambda: index.upsert([chunk("d", "during")], vector(2)),
        lambda: index.delete("acme", ["00000000-0000-5000-8000-000000000000"]),
    ):
        with pytest.raises(TransientError):
            await attempt()
    await server.start(print)
    began = time.monotonic()
    while True:
        try:
            await index.upsert([chunk("d", "during")], vector(2))
            break
        except TransientError:
            assert time.monotonic() - began < 30
            await asyncio.sleep(0.2)
    assert len(await stored(index)) == 2
    assert len(await index.search(ask("before"), vector(1))) == 2
    await index.close()
