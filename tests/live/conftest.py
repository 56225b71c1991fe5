"""One real Kafka and one real Weaviate for the whole session; whoever asks for them gets them or an error, no skip."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from infra.local import stack
from infra.local.llm_server import LlmServer, LlmSize
from infra.settings import KafkaSettings, Settings, WeaviateSettings
from tests.live.workers import ragstream

KEPT_HOME = "RAGSTREAM_TEST_HOME"
"""Set it to a folder to keep both servers running between sessions; without it they live and end with one."""


@pytest.fixture(scope="session")
def live_stack() -> Iterator[Settings]:
    """Settings of a running stack, Kafka's bootstrap and Weaviate's URL, port and key filled in."""
    kept = os.environ.get(KEPT_HOME)
    # Short, because a Unix socket's path, which some tools make of it, may have a hundred characters only.
    home = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="ragstream-"))
    settings = Settings(home=home, kafka=KafkaSettings(), weaviate=WeaviateSettings())
    try:
        running = asyncio.run(stack.up(settings, print))
        yield running.applied_to(settings)
    finally:
        if not kept:
            stack.down(settings, print)
            shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def live_workers(live_stack: Settings) -> Iterator[Settings]:
    """One running worker of each role, in a namespace and a home of this session, started as a person would."""
    update = {"namespace": f"live{uuid4().hex[:8]}", "home": live_stack.home / "workers"}
    settings = live_stack.model_copy(update=update)
    try:
        up = ragstream(settings, "up", limit_s=300)
        assert up.returncode == 0, up.stderr
        yield settings
    finally:
        ragstream(settings, "down")


@pytest.fixture(scope="session")
def local_llm() -> Iterator[LlmServer]:
    """A real, small language model that serves; fetched the first time."""
    kept = os.environ.get(KEPT_HOME)
    home = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="ragstream-"))
    settings = Settings(home=home)
    server = LlmServer(home.absolute(), settings.cache_folder())
    try:
        asyncio.run(server.start(LlmSize(), print))
        yield server
    finally:
        if not kept:
            server.stop()
            shutil.rmtree(home, ignore_errors=True)
