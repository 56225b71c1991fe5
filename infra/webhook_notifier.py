"""A message in, one POST to its webhook, and what came of it out.

What the receiver answers beyond its status is not read, and redirects are not followed: neither could make anything
better, and both could be used against us.
"""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import httpx

from infra.dispatch_settings import DispatchSettings
from infra.public_addresses import PrivateAddressError, Resolve, Resolver, checked_addresses
from infra.webhook_signature import signed_headers, subscription_key
from schemas.failures import TransientError
from schemas.notifications import Message, Told

RETRIED: Final = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
"""Client errors that pass; so does every server error. Others say that this body will never be taken."""
MAX_BODY: Final = 262_144
MAX_PORT: Final = 65_535


def utc_now() -> datetime:
    """The clock of a running system."""
    return datetime.now(UTC)


class WebhookNotifier:
    """The channel `webhook`: HTTP with a signature, over a connection of its own for each attempt.

    Connections are not shared, since two receivers behind one address are two receivers.
    """

    def __init__(
        self,
        settings: DispatchSettings,
        keys: Sequence[bytes],
        *,
        resolve: Resolve | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """`keys` are the signing keys of the settings; without any, nothing is sent."""
        self._settings = settings
        self._keys = keys
        self._own_resolver = Resolver() if resolve is None else None
        self._resolve: Resolve = resolve or self._own_resolver or Resolver()
        self._clock = clock
        self._client = httpx.AsyncClient(
            verify=ssl.create_default_context(),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(settings.timeout_s, connect=settings.connect_timeout_s),
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def notify(self, message: Message) -> Told:
        """Make one attempt. Never raises."""
        if not self._keys:
            return Told(
                result="failed", reason="the worker has no key to sign with: set RAGSTREAM_DISPATCH__SIGNING_KEY"
            )
        body = message.payload.encode("utf-8", "replace")
        if not (message.notification_id.isascii() and message.notification_id.isprintable()):
            return Told(result="refused", reason="the notification's id cannot stand in a header")
        if len(body) > MAX_BODY:
            return Told(result="refused", reason=f"the body has more than {MAX_BODY:,} bytes")
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                return await self._post(message, body)
        except PrivateAddressError as error:
            return Told(result="refused", reason=str(error))
        except TimeoutError:
            return Told(result="failed", reason=f"there was no answer within {self._settings.timeout_s:g} s")
        except httpx.InvalidURL:
            return Told(result="refused", reason="the address is none")
        except (TransientError, httpx.HTTPError) as error:
            return Told(result="failed", reason=str(error) or type(error).__name__)

    async def close(self) -> None:
        """Connections are closed."""
        await self._client.aclose()
        if self._own_resolver is not None:
            self._own_resolver.close()

    async def _post(self, message: Message, body: bytes) -> Told:
        url = httpx.URL(message.subscription.target)
        port = url.port or (443 if url.scheme == "https" else 80)
        if url.scheme not in {"http", "https"} or not url.host or port > MAX_PORT:
            raise httpx.InvalidURL("an http or https address is wanted")
        addresses = await checked_addresses(url.host, port, self._resolve, allow_private=self._settings.allow_private)
        for address in addresses[:-1]:
            try:
                return await self._post_to(address, url, message, body)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._post_to(addresses[-1], url, message, body)

    async def _post_to(self, address: str, url: httpx.URL, message: Message, body: bytes) -> Told:
        subscription = message.subscription
        keys = [subscription_key(each, subscription.tenant, subscription.subscription) for each in self._keys]
        headers = {
            "host": url.netloc.decode("ascii"),
            "content-type": "application/json",
            "user-agent": "ragstream",
            **signed_headers(keys, message.notification_id, self._clock(), body),
        }
        async with self._client.stream(
            "POST", url.copy_with(host=address), content=body, headers=headers, extensions={"sni_hostname": url.host}
        ) as response:
            return self._told(response)

    def _told(self, response: httpx.Response) -> Told:
        status = response.status_code
        reason = f"the receiver answered {status}"
        if response.is_success:
            return Told(result="delivered", reason=reason)
        if status == HTTPStatus.GONE:
            return Told(result="gone", reason=reason)
        if status in RETRIED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Told(result="failed", reason=reason, retry_after_s=self._retry_after(response))
        if response.is_redirect:
            reason = f"{reason}; redirects are not followed"
        return Told(result="refused", reason=reason)

    def _retry_after(self, response: httpx.Response) -> float | None:
        """Seconds, from a number of them or a date (RFC 9110, section 10.2.3)."""
        given = response.headers.get("retry-after", "").strip()
        if given.isascii() and given.isdecimal():
            return float(given[:9])
        try:
            at = parsedate_to_datetime(given)
        except ValueError:
            return None
        return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - self._clock()).total_seconds())
