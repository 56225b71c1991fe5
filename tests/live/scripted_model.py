"""A scripted language model for workers in other processes: it serves from a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.infra.scripted_llm import Reply, ScriptedLlm


class ScriptedModel:
    """What it answers from now on is set with `answers`."""

    def __init__(self, server: ScriptedLlm) -> None:
        self._server = server
        self.base_url = server.base_url

    def answers(self, *replies: Reply) -> None:
        """The next request gets the first, and so on; the last is repeated."""
        self._server.replies[:] = replies
        self._server.requests.clear()


@contextmanager
def scripted_model() -> Iterator[ScriptedModel]:
    started: list[ScriptedModel] = []
    up, down = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with ScriptedLlm(Reply([])) as server:
            started.append(ScriptedModel(server))
            up.set()
            await down.wait()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert up.wait(10)
    try:
        yield started[0]
    finally:
        loop.call_soon_threadsafe(down.set)
        thread.join(10)
        loop.close()
