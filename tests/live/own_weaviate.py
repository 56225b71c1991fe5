"""A Weaviate of a test's own, to be killed."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from infra.local.weaviate_server import WeaviateServer
from infra.settings import Settings


@asynccontextmanager
async def own_weaviate() -> AsyncIterator[WeaviateServer]:
    """Runs within the block, whatever a test does to it there."""
    home = Path(tempfile.mkdtemp(prefix="ragstream-"))
    one = WeaviateServer(home, Settings().cache_folder())
    try:
        await one.start(print)
        yield one
    finally:
        await asyncio.to_thread(one.process.stop, 10.0)
        shutil.rmtree(home, ignore_errors=True)
