"""Settings in, a working Weaviate client out, for as long as the process lives.

A client that was closed stays closed (weaviate-python-client#2139), so it's thrown away and a new one is made, with
back-off between tries: while the server is away, callers get a `TransientError` at once rather than a pile of waits.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

import weaviate
from weaviate import WeaviateAsyncClient
from weaviate.classes.init import AdditionalConfig, Auth, Timeout
from weaviate.exceptions import UnexpectedStatusCodeError, WeaviateClosedClientError

from infra.settings import WeaviateSettings
from infra.weaviate_errors import WORLD_ERRORS, WeaviateUnwellError, is_missing_collection, translated
from schemas.failures import ConfigurationError, TransientError

R = TypeVar("R")

DEFAULT_GRPC_PORT = 50051
OPEN_LIMIT_S = 15.0
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 2.0
NOT_ALLOWED = {401, 403}
"""HTTP: unauthorized, forbidden."""

# For every object that fails, the client logs all of it, text and vector included. The errors are reported here.
logging.getLogger("weaviate-client").setLevel(logging.CRITICAL)


def make_client(settings: WeaviateSettings) -> WeaviateAsyncClient:
    """An unconnected client. Raises `ConfigurationError` when there is no URL."""
    url = urlsplit(settings.url or "")
    if url.hostname is None:
        raise ConfigurationError("set RAGSTREAM_WEAVIATE__URL to where Weaviate is, for example http://127.0.0.1:8080")
    secure = url.scheme == "https"
    return weaviate.use_async_with_custom(
        http_host=url.hostname,
        http_port=url.port or (443 if secure else 80),
        http_secure=secure,
        grpc_host=url.hostname,
        grpc_port=settings.grpc_port or DEFAULT_GRPC_PORT,
        grpc_secure=secure,
        auth_credentials=Auth.api_key(settings.api_key.get_secret_value()) if settings.api_key else None,
        additional_config=AdditionalConfig(timeout=Timeout(init=OPEN_LIMIT_S, query=30, insert=60)),
        # The client's own checks ask a package registry for newer versions; `prepare` checks what we need.
        skip_init_checks=True,
    )


class WeaviateConnection:
    """Runs calls on a client that it opens when first needed and replaces when it was closed."""

    def __init__(
        self,
        settings: WeaviateSettings,
        prepare: Callable[[WeaviateAsyncClient], Awaitable[None]],
        make: Callable[[WeaviateSettings], WeaviateAsyncClient] = make_client,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`prepare` is awaited on every new client before anybody gets it; `now` gives seconds."""
        self._settings = settings
        self._prepare = prepare
        self._make = make
        self._now = now
        self._lock = asyncio.Lock()
        self._client: WeaviateAsyncClient | None = None
        self._failures = 0
        self._closed_until = 0.0
        self._reason = ""

    async def connect(self, wait_s: float) -> None:
        """Wait until Weaviate answers; after `wait_s` raise `ConfigurationError` that says what is missing."""
        give_up_at = self._now() + wait_s
        while True:
            try:
                await self._open()
            except TransientError:
                pause_s = max(self._closed_until - self._now(), 0.0)
                if self._now() + pause_s > give_up_at:
                    raise ConfigurationError(
                        f"Weaviate at {self.address} is not usable after {wait_s:g} s: {self._reason}"
                    ) from None
                await asyncio.sleep(pause_s)
            else:
                return

    async def run(self, work: Callable[[WeaviateAsyncClient], Awaitable[R]], *, doing: str, limit_s: float) -> R:
        """What `work` returns. Raises `TransientError` or `PermanentError` for whatever Weaviate or the network did."""
        try:
            return await self._once(work, doing, limit_s)
        except WeaviateClosedClientError:
            pass
        try:
            return await self._once(work, doing, limit_s)
        except WeaviateClosedClientError as error:
            self._note_failure("a new client was closed at once")
            raise WeaviateUnwellError(f"Weaviate's client was closed {doing}") from error

    async def close(self) -> None:
        """Close the client; a later call opens a new one."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    @property
    def address(self) -> str:
        """Host and port, without what else a URL may hold."""
        url = urlsplit(self._settings.url or "")
        return f"{url.hostname}:{url.port}" if url.port else str(url.hostname)

    async def _once(self, work: Callable[[WeaviateAsyncClient], Awaitable[R]], doing: str, limit_s: float) -> R:
        try:
            client = await self._open()
        except ConfigurationError as error:
            # Past start-up, events wait for whoever mends it; the runner would take them for poison.
            raise WeaviateUnwellError(str(error)) from error
        try:
            async with asyncio.timeout(limit_s):
                return await work(client)
        except WeaviateClosedClientError:
            await self._discard(client)
            raise
        except TimeoutError as error:
            raise WeaviateUnwellError(f"Weaviate did not finish {doing} within {limit_s:g} s") from error
        except WORLD_ERRORS as error:
            if is_missing_collection(error):
                await self._discard(client)
                raise WeaviateUnwellError(f"the collection is gone {doing}; it is made again") from error
            raise translated(error, doing) from error

    async def _open(self) -> WeaviateAsyncClient:
        async with self._lock:
            if self._client is not None:
                return self._client
            pause_s = self._closed_until - self._now()
            if pause_s > 0:
                raise WeaviateUnwellError(
                    f"Weaviate at {self.address} is away, next try in {pause_s:.1f} s: {self._reason}"
                )
            client = self._make(self._settings)
            try:
                async with asyncio.timeout(OPEN_LIMIT_S):
                    await client.connect()
                    await self._prepare(client)
            except BaseException as error:
                await _close_quietly(client)
                raise self._as_failure_to_open(error) from error
            self._client, self._failures = client, 0
            return client

    def _as_failure_to_open(self, error: BaseException) -> BaseException:
        if isinstance(error, UnexpectedStatusCodeError) and error.status_code in NOT_ALLOWED:
            error = ConfigurationError("Weaviate does not accept RAGSTREAM_WEAVIATE__API_KEY, or wants one")
        if isinstance(error, ConfigurationError):
            self._note_failure(str(error))
            return error
        if isinstance(error, TimeoutError):
            self._note_failure(f"no answer within {OPEN_LIMIT_S:g} s")
        elif isinstance(error, (*WORLD_ERRORS, TransientError)):
            self._note_failure(" ".join(str(error).split())[:300])
        else:
            return error
        return WeaviateUnwellError(f"Weaviate at {self.address} cannot be reached: {self._reason}")

    def _note_failure(self, reason: str) -> None:
        self._reason = reason
        self._closed_until = self._now() + min(FIRST_PAUSE_S * 2**self._failures, LONGEST_PAUSE_S)
        self._failures += 1

    async def _discard(self, client: WeaviateAsyncClient) -> None:
        """Forget `client`, unless somebody has already put another in its place."""
        if self._client is client:
            self._client = None
            await _close_quietly(client)


async def _close_quietly(client: WeaviateAsyncClient) -> None:
    try:
        await client.close()
    except WORLD_ERRORS:
        return
