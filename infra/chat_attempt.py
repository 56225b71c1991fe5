"""One request to a language model's server, its text as it comes, under every limit there is.

Three of them are on time: until the first piece of text, between two pieces, and the caller's deadline. Events that say
nothing, and comments that only keep a connection open, are no progress. Nothing here waits inside a `yield`, so that
the time which the caller takes is not the server's.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

import httpx
from httpx_sse import EventSource

from infra.chat_chunks import DONE, Chunk, TokenCounts, read_chunk
from infra.chat_errors import AttemptError, DeadlineError, Endpoint, RefusedError

PATH: Final = "chat/completions"
# Not compressed: a limit on what comes in would say nothing about what it unpacks to.
HEADERS: Final = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
EVENTS: Final = "text/event-stream"
MAX_ERROR_BYTES: Final = 65_536
"""Of the body of an error; the rest is not read."""
BASE_BYTES: Final = 65_536
BYTES_PER_TOKEN: Final = 2_048
"""What a stream may have at most: one event per token, and hardly one has more than 400 bytes."""
CHARACTERS_PER_TOKEN: Final = 16
MAX_CHARACTERS: Final = 1_048_576
"""Of an answer, whatever its tokens: a server that ignores the limit in the request is cut off there."""


@dataclass(frozen=True)
class Patience:
    """Seconds to wait for a server."""

    first_token_s: float
    stall_s: float


class Attempt:
    """One request. `text()` can be read once; `counts` and `cut` are known after it."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        endpoint: Endpoint,
        body: Mapping[str, Any],
        *,
        patience: Patience,
        deadline: float,
    ) -> None:
        self._client = client
        self._endpoint = replace(endpoint, prompt=tuple(str(each["content"]) for each in body["messages"]))
        self._patience = patience
        self._body = body
        self._deadline = deadline
        self._last_progress = asyncio.get_running_loop().time()
        self.max_tokens = int(body.get("max_tokens") or body.get("max_completion_tokens") or 0)
        self.counts: TokenCounts | None = None
        self.started = False
        """Whether any text has come."""
        self.cut = False
        """Whether the text ended at the limit on its tokens, and not because it was whole."""

    async def text(self) -> AsyncGenerator[str, None]:
        """Pieces of text, none of them empty.

        Raises `AttemptError`, `RefusedError` or `DeadlineError`. Closing it, or cancelling, closes the connection.
        """
        written = 0
        limit = min(self.max_tokens * CHARACTERS_PER_TOKEN, MAX_CHARACTERS)
        async with contextlib.aclosing(self._chunks()) as chunks:
            async for chunk in chunks:
                if piece := chunk.text[: limit - written]:
                    self.started = True
                    written += len(piece)
                    yield piece
                    self._last_progress = _now()  # what the caller took is not the server's silence
                if written >= limit:
                    self.cut = True
                    return

    async def _chunks(self) -> AsyncGenerator[Chunk, None]:
        finished = False
        async with self._response() as response, contextlib.aclosing(EventSource(response).aiter_sse()) as events:
            while (data := await self._next_data(events)) is not None and data != DONE:
                chunk = read_chunk(data, self._endpoint)
                self.counts = chunk.usage or self.counts
                finished = finished or chunk.finish_reason is not None
                self.cut = self.cut or chunk.finish_reason == "length"
                if chunk.is_progress:
                    self._last_progress = _now()
                yield chunk
                if chunk.finish_reason == "content_filter":
                    raise RefusedError(f"{self._endpoint.name} holds the answer back (content_filter)", HTTPStatus.OK)
        if data is None and not finished:
            raise AttemptError(f"{self._endpoint.name} ended before its answer was whole")

    @contextlib.asynccontextmanager
    async def _response(self) -> AsyncIterator[httpx.Response]:
        """The open response, checked to be a stream of events, its body bounded."""
        request = self._client.build_request("POST", PATH, json=self._body, headers=HEADERS)
        async with self._within():
            response = await self._client.send(request, stream=True)
        try:
            if response.status_code != HTTPStatus.OK:
                raise await self._refusal(response)
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != EVENTS or response.headers.get("content-encoding", "identity") != "identity":
                named = self._endpoint.worded(kind) or "something unnamed"
                raise AttemptError(f"{self._endpoint.name} sent {named} where a stream of events was asked for")
            most = BASE_BYTES + BYTES_PER_TOKEN * self.max_tokens
            # Always so (WHATWG HTML, section 9.2.5), and some charsets that a server may name raise.
            response.encoding = "utf-8"
            response.stream = _Bounded(response.stream, most, self._endpoint)
            yield response
        finally:
            await response.aclose()

    async def _refusal(self, response: httpx.Response) -> Exception:
        body = b""
        async with self._within():
            with contextlib.suppress(httpx.HTTPError):
                async for each in response.aiter_raw():
                    body += each
                    if len(body) > MAX_ERROR_BYTES:
                        break
        return self._endpoint.refusal(response.status_code, response.headers, body, datetime.now(UTC))

    async def _next_data(self, events: AsyncIterator[Any]) -> str | None:
        """The next event's data; None at the end of the stream."""
        async with self._within():
            event = await anext(events, None)
        return None if event is None else str(event.data)

    @contextlib.asynccontextmanager
    async def _within(self) -> AsyncIterator[None]:
        """Hold the block to the deadline and to what patience is left since the last progress."""
        patience_s = self._patience.stall_s if self.started else self._patience.first_token_s
        try:
            async with asyncio.timeout_at(min(self._last_progress + patience_s, self._deadline)):
                yield
        except TimeoutError:
            waited_s = _now() - self._last_progress
            if _now() >= self._deadline:
                said = f"the deadline passed while {self._endpoint.name} was at work"
                raise DeadlineError(said, 0.0 if self.started else waited_s) from None
            raise AttemptError(f"{self._endpoint.name} wrote nothing for {patience_s:g} s") from None
        except httpx.TransportError as error:
            raise self._endpoint.failure(error) from None


class _Bounded(httpx.AsyncByteStream):
    """A response's bytes, up to a limit."""

    def __init__(self, inner: httpx.SyncByteStream | httpx.AsyncByteStream, most: int, endpoint: Endpoint) -> None:
        self._inner = inner
        self._left = most
        self._endpoint = endpoint

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if not isinstance(self._inner, httpx.AsyncByteStream):
            raise TypeError("an asynchronous client's response streams asynchronously")
        async for each in self._inner:
            self._left -= len(each)
            if self._left < 0:
                raise AttemptError(f"{self._endpoint.name} sent far more than was asked for")
            yield each

    async def aclose(self) -> None:
        if isinstance(self._inner, httpx.AsyncByteStream):
            await self._inner.aclose()


def _now() -> float:
    """Seconds on the running loop's clock, by which its timeouts go."""
    return asyncio.get_running_loop().time()
