"""Messages in, a language model's text out, over OpenAI's chat interface: vLLM, NIM, Ollama, llama.cpp and their like.

A request waits for a free place, is tried again as long as none of its text has come, and is not made at all while the
circuit breaker is open, all of it within the caller's deadline. Why it is not the package `openai`: docs/adr/0013.
"""

import asyncio
import contextlib
import ipaddress
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import structlog
from opentelemetry import metrics

from infra.chat_attempt import Attempt, Patience
from infra.chat_errors import AttemptError, DeadlineError, Endpoint, RefusedError, in_full
from infra.chat_request import ChatDialect
from infra.chat_span import ChatSpan
from infra.circuit_breaker import CircuitBreaker
from infra.settings import GeneratorSettings
from schemas.answers import Usage
from schemas.failures import ConfigurationError, ModelUnavailableError, PermanentError, TransientError
from schemas.metrics import MODEL, MODEL_RETRIES
from schemas.prompts import ChatSettings, Message

FIRST_PAUSE_S: Final = 0.25
LONGEST_PAUSE_S: Final = 8.0
MILLION: Final = 1_000_000
MISUNDERSTOOD: Final = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
"""What servers answer to a field that they don't know."""

log = structlog.get_logger()
_retries = MODEL_RETRIES.on(metrics.get_meter("ragstream"))


class OpenAIChatModel:
    """A language model that is asked over HTTP. One for each process: it holds the limits that requests share."""

    def __init__(
        self,
        settings: GeneratorSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`clock` gives the breaker's seconds, `jitter` a number from 0 to 1. Raises `ConfigurationError`."""
        if settings.base_url is None or settings.model is None:
            raise ConfigurationError(
                "a language model needs RAGSTREAM_GENERATOR__BASE_URL and RAGSTREAM_GENERATOR__MODEL"
            )
        key = settings.api_key.get_secret_value() if settings.api_key else ""
        self._settings = settings
        self._endpoint = Endpoint(f"{settings.model} at {urlsplit(settings.base_url).netloc}", key)
        self._client = _client(settings, key)
        self._dialect = ChatDialect(settings.model)
        self._patience = Patience(settings.first_token_timeout_s, settings.stall_timeout_s)
        self._places = asyncio.Semaphore(settings.concurrency)
        self._breaker = CircuitBreaker(settings.breaker_failures, settings.breaker_open_s, clock)
        self._jitter = jitter

    @property
    def model_id(self) -> str:
        """Name of the model and of where it runs, without anything secret."""
        return f"{self._settings.model}@{urlsplit(self._settings.base_url or '').netloc}"

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def chat(
        self, messages: Sequence[Message], settings: ChatSettings, *, seconds_left: float
    ) -> AsyncGenerator[str | Usage, None]:
        """Pieces of text as they come; at the end `Usage`, its tokens zero when the server did not count them.

        A text that reached `max_output_tokens` ends there, be it within a word, and the usage says that so many were
        written. Raises `TransientError` when the model is unwell or slow beyond `seconds_left`,
        `ModelUnavailableError` when it is left alone for now, `PermanentError` when it refuses these messages. Closing
        the iterator closes the connection.
        """
        span = ChatSpan(self._settings, settings)
        try:
            async with contextlib.aclosing(self._limited(messages, settings, _now() + seconds_left)) as pieces:
                async for piece in pieces:
                    span.came(piece)
                    yield piece
        except (TransientError, PermanentError) as error:
            span.failed(error)
            raise
        finally:
            span.end()

    async def _limited(
        self, messages: Sequence[Message], settings: ChatSettings, deadline: float
    ) -> AsyncGenerator[str | Usage, None]:
        if not self._breaker.admits():
            raise self._unavailable()
        async with self._place(deadline):
            with self._judged():
                async with contextlib.aclosing(self._attempts(messages, settings, deadline)) as pieces:
                    async for piece in pieces:
                        yield piece

    async def _attempts(
        self, messages: Sequence[Message], settings: ChatSettings, deadline: float
    ) -> AsyncGenerator[str | Usage, None]:
        tries = 0
        while True:
            body = self._dialect.body(messages, settings)
            attempt = Attempt(self._client, self._endpoint, body, patience=self._patience, deadline=deadline)
            try:
                async with contextlib.aclosing(attempt.text()) as pieces:
                    async for piece in pieces:
                        yield piece
            except RefusedError as error:
                if error.status not in MISUNDERSTOOD or not self._dialect.learn(body, in_full(error)):
                    raise
            except AttemptError as error:
                tries += 1
                if attempt.started or tries > self._settings.retries:
                    raise
                await self._pause(tries, error, deadline)
            else:
                yield self._usage(attempt)
                return

    async def _pause(self, tries: int, error: AttemptError, deadline: float) -> None:
        """Wait before the next attempt, or give up at once when that would be too late."""
        pause_s = min(FIRST_PAUSE_S * 2 ** (tries - 1), LONGEST_PAUSE_S) * (0.5 + self._jitter() / 2)
        pause_s = max(pause_s, error.retry_after_s or 0.0)
        if _now() + pause_s < deadline:
            _retries.add(1, {MODEL.name: self._settings.model or ""})
            log.warning(
                "llm retry", model=self.model_id, attempt=tries, pause_s=round(pause_s, 2), reason=in_full(error)
            )
            await asyncio.sleep(pause_s)
        elif error.retry_after_s:
            raise ModelUnavailableError(f"{error}; it asks for {error.retry_after_s:.0f} s of patience") from None
        else:
            raise error

    def _unavailable(self) -> ModelUnavailableError:
        left_s = self._breaker.closed_for_s
        what = f"left alone for {left_s:.0f} s more" if left_s else "tried by another request"
        return ModelUnavailableError(f"{self._endpoint.name} failed too often and is {what}")

    @contextlib.asynccontextmanager
    async def _place(self, deadline: float) -> AsyncIterator[None]:
        """Hold one of the places at the model; those who wait get theirs in the order in which they came."""
        try:
            async with asyncio.timeout_at(deadline):
                await self._places.acquire()
        except TimeoutError:
            raise DeadlineError(
                f"the deadline passed before {self._endpoint.name} had a free place "
                f"({self._settings.concurrency} at once: RAGSTREAM_GENERATOR__CONCURRENCY)"
            ) from None
        try:
            yield
        finally:
            self._places.release()

    @contextlib.contextmanager
    def _judged(self) -> Iterator[None]:
        """Tell the breaker how the block ended. A caller that gave up says nothing about the server."""
        trial = self._breaker.admit()
        if trial is None:
            raise self._unavailable()
        outcome: bool | None = None
        try:
            yield
            outcome = True
        except PermanentError as error:
            outcome = True  # it is well enough to refuse
            log.warning("llm refused", model=self.model_id, reason=in_full(error))
            raise
        except DeadlineError as error:
            # Of a deadline of milliseconds the server is not guilty.
            outcome = False if error.waited_s > self._settings.connect_timeout_s else None
            raise
        except TransientError as error:
            outcome = False
            log.warning("llm failed", model=self.model_id, reason=in_full(error))
            raise
        finally:
            if trial.end(outcome):
                log.warning("llm circuit breaker", model=self.model_id, state=self._breaker.state)

    def _usage(self, attempt: Attempt) -> Usage:
        counts = attempt.counts
        read, written = (counts.prompt_tokens or 0, counts.completion_tokens or 0) if counts else (0, 0)
        if attempt.cut and not written:
            written = attempt.max_tokens  # nobody counted, and yet that much is known
        cost = (read * self._settings.input_price + written * self._settings.output_price) / MILLION
        return Usage(input_tokens=read, output_tokens=written, cost=cost)


def open_chat_model(settings: GeneratorSettings) -> OpenAIChatModel:
    """The language model that the settings name; nothing is connected yet. The caller closes it.

    Raises `ConfigurationError` when they name none.
    """
    model = OpenAIChatModel(settings)
    parts = urlsplit(settings.base_url or "")
    if settings.api_key is not None and parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        log.warning(
            "llm key is sent unencrypted", model=model.model_id, do="use https in RAGSTREAM_GENERATOR__BASE_URL"
        )
    return model


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _client(settings: GeneratorSettings, key: str) -> httpx.AsyncClient:
    headers: Mapping[str, str] = {"Authorization": f"Bearer {key}"} if key else {}
    options: dict[str, Any] = {}
    if is_loopback(urlsplit(settings.base_url or "").hostname or ""):
        options["trust_env"] = False  # a proxy that the environment names cannot reach our own machine
    return httpx.AsyncClient(
        base_url=settings.base_url or "",
        headers={"User-Agent": "ragstream", **headers},
        # Silence is timed by `Attempt`, which knows what progress is.
        timeout=httpx.Timeout(None, connect=settings.connect_timeout_s),
        limits=httpx.Limits(max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency),
        follow_redirects=False,
        **options,
    )


def _now() -> float:
    return asyncio.get_running_loop().time()
