"""A host in, the addresses to connect to out, unless one of them is where strangers must not make us call.

Whoever may subscribe a webhook could else have a worker call what only it can reach: the metadata service of a cloud,
a database, a printer (server-side request forgery). The caller connects to the very address that was checked, so that
a name which means something else a moment later (DNS rebinding) gains nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from schemas.failures import PermanentError, TransientError

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port in, addresses out. Raises `OSError` when the name is not known."""

TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""NAT64 (RFC 6052): the last four bytes are the IPv4 address that is reached; networks without IPv4 rely on it."""


class PrivateAddressError(PermanentError):
    """The receiver is at an address that is not public."""


def is_public(address: str) -> bool:
    """Whether an address is one of the internet's, in itself and in any IPv4 address within it."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if parsed in TRANSLATED:
        return _is_public(_last_four_bytes(parsed))
    return all(map(_is_public, [parsed, *_within(parsed)]))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or site_local)


def _within(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    return [each for each in found if each is not None]


def _last_four_bytes(address: IPv4Address | IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)


class Resolver:
    """Looks names up on threads of its own: a name server that is away must not hold up other work on threads."""

    def __init__(self, threads: int = 16) -> None:
        self._pool = ThreadPoolExecutor(threads, "resolve")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Raises `OSError` when the name is not known."""
        found = await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(each[4][0]) for each in found))

    def close(self) -> None:
        """Threads that still wait for a name server are left to it."""
        self._pool.shutdown(wait=False, cancel_futures=True)


async def checked_addresses(host: str, port: int, resolve: Resolve, *, allow_private: bool) -> Sequence[str]:
    """At least one address.

    Raises `TransientError` when the name is not known, `PrivateAddressError` when any of its addresses is not public
    and `allow_private` is not set.
    """
    try:
        addresses = await resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise TransientError(f"the name of the receiver cannot be resolved: {error}") from error
    if not addresses:
        raise TransientError("the name of the receiver has no address")
    if not allow_private and not all(map(is_public, addresses)):
        raise PrivateAddressError(
            "the receiver is at an address that is not public: RAGSTREAM_DISPATCH__ALLOW_PRIVATE=true allows that"
        )
    return addresses
