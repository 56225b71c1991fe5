"""A language model that thinks for a while and then quotes its first passage: a server of OpenAI's chat interface.

It serves from a thread of its own and counts how many requests it has in hand.
"""

import asyncio
import json
import random
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PASSAGE = re.compile(r"<data \w+>\s*(.+?)\s*</data", re.DOTALL)
SENTENCE = re.compile(r"(?<=[.!?])\s")


@dataclass
class SlowModel:
    """What is known of the server."""

    seconds: float
    base_url: str = ""
    in_hand: int = 0
    most_in_hand: int = 0
    served: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(5))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests of one connection until it closes."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = int(re.search(r"(?i)content-length: *(\d+)", head).group(1))
                await self._answer(json.loads(await reader.readexactly(length)), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, body: dict, writer: asyncio.StreamWriter) -> None:
        self.in_hand += 1
        self.most_in_hand = max(self.most_in_hand, self.in_hand)
        try:
            # Requests that began together do not end together, else their askers come in waves.
            await asyncio.sleep(self.seconds * self.chance.uniform(0.75, 1.25))
            material = body["messages"][-1]["content"]
            said = SENTENCE.split(PASSAGE.findall(material)[0])[0]
            events = [
                {"choices": [{"index": 0, "delta": {"content": f"{said} [1]"}}]},
                {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
                {"choices": [], "usage": {"prompt_tokens": len(material) // 4, "completion_tokens": 20}},
            ]
            text = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(text.encode())}\r\n\r\n"
            writer.write((head + text).encode())
            await writer.drain()
            self.served += 1
        finally:
            self.in_hand -= 1


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.call_later(0.1, loop.stop)


@contextmanager
def slow_model(seconds: float) -> Iterator[SlowModel]:
    """A running server; `base_url` says where."""
    model = SlowModel(seconds)
    loop, up = asyncio.new_event_loop(), threading.Event()

    async def start() -> None:
        server = await asyncio.start_server(model.serve, "127.0.0.1", 0, backlog=512)
        model.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        up.set()

    loop.create_task(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    up.wait(10)
    try:
        yield model
    finally:
        loop.call_soon_threadsafe(_stop, loop)
        thread.join(10)
