"""An OpenAI-compatible server that does what it is told, for what a good server won't show."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

CUT: Final = "cut"
"""Step: end the connection without a word."""
HOLD: Final = "hold"
"""Step: keep the connection open and say nothing until the client goes."""
DONE: Final = b"data: [DONE]\n\n"
EVENTS: Final = "text/event-stream"
KEY: Final = "sk-very-secret"
"""The key that its clients are given."""


@dataclass(frozen=True)
class Reply:
    """One answer: its head, then pieces of its body, pauses in seconds, `CUT` or `HOLD`."""

    steps: Sequence[bytes | float | str]
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": EVENTS})


@dataclass
class Request:
    """What a client sent, and when it went away while it was being answered."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    gone: asyncio.Event = field(default_factory=asyncio.Event)


def chunk(content: str | None = None, *, finish: str | None = None, **fields: Any) -> bytes:
    """One event of a stream, as llama.cpp and vLLM send them."""
    delta = {} if content is None else {"content": content}
    return event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **fields})


def event(value: Any) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def usage(read: int, written: int) -> bytes:
    return event({"choices": [], "usage": {"prompt_tokens": read, "completion_tokens": written}})


def says(*pieces: str, pause_s: float = 0.0) -> Reply:
    """A whole, well-formed answer."""
    start = event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}}]})
    spoken = [step for piece in pieces for step in (pause_s, chunk(piece))]
    return Reply([start, *spoken, chunk(finish="stop"), usage(7, len(pieces)), DONE])


def refuses(status: int, message: str = "", **headers: str) -> Reply:
    """An error as OpenAI words it."""
    body = json.dumps({"error": {"message": message, "code": status}}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply([body], status, {"Content-Type": "application/json", **named})


class ScriptedLlm:
    """Answers the first request with the first reply, and so on; the last reply is repeated."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[Request] = []
        self.open = 0
        self.most_open = 0
        """Most requests that were in hand at once."""

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await _read(reader)
            reply = self.replies[min(len(self.requests), len(self.replies) - 1)]
            self.requests.append(request)
            async with self._counted():
                watching = asyncio.ensure_future(_watch(reader, request))
                await _write(writer, reply, request)
                watching.cancel()
        writer.close()

    @contextlib.asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            yield
        finally:
            self.open -= 1


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    values = dict(line.split(": ", 1) for line in head[1:] if line)
    named = {name.lower(): value for name, value in values.items()}
    return Request(head[0].split(" ")[1], named, json.loads(body or b"{}"))


async def _watch(reader: asyncio.StreamReader, request: Request) -> None:
    with contextlib.suppress(ConnectionError):
        await reader.read()
    request.gone.set()


async def _write(writer: asyncio.StreamWriter, reply: Reply, request: Request) -> None:
    head = [f"HTTP/1.1 {reply.status} Scripted", *(f"{name}: {value}" for name, value in reply.headers.items())]
    if not (reply.steps and reply.steps[0] == HOLD):
        writer.write("\r\n".join([*head, "Connection: close", "", ""]).encode())
    for step in reply.steps:
        if isinstance(step, bytes):
            writer.write(step)
            await writer.drain()
        elif step == CUT:
            writer.transport.abort()
            return
        elif step == HOLD:
            await request.gone.wait()
        elif isinstance(step, float):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(request.gone.wait(), step)
