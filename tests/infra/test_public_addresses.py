import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.public_addresses import PrivateAddressError, Resolver, checked_addresses, is_public
from schemas.failures import TransientError

PRIVATE = [
    "127.0.0.1",
    "127.255.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",  # carriers' own (RFC 6598)
    "169.254.169.254",  # metadata of clouds
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "nonsense",
    "",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_only_we_can_reach_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_what_anybody_can_reach_is_public(address):
    assert is_public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_a_private_address_is_not_public_in_whatever_form(address):
    number = int(address)
    forms = [f"::ffff:{address}", f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}", f"2002:{number >> 16:x}::1"]
    assert not any(map(is_public, [str(address), *forms]))


def resolving(*addresses):
    async def resolve(host, port):
        return addresses

    return resolve


async def test_one_private_address_among_public_ones_is_enough_to_refuse():
    with pytest.raises(PrivateAddressError):
        await checked_addresses("a", 80, resolving("8.8.8.8", "10.0.0.1"), allow_private=False)
    found = await checked_addresses("a", 80, resolving("8.8.8.8", "10.0.0.1"), allow_private=True)
    assert list(found) == ["8.8.8.8", "10.0.0.1"]


async def test_public_addresses_are_given_in_their_order():
    found = await checked_addresses("a", 80, resolving("8.8.8.8", "1.1.1.1"), allow_private=False)
    assert list(found) == ["8.8.8.8", "1.1.1.1"]


async def test_a_name_without_an_address_may_have_one_later():
    with pytest.raises(TransientError, match="no address"):
        await checked_addresses("a", 80, resolving(), allow_private=True)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "localhost", "127.1"])
async def test_other_ways_to_write_loopback_are_seen_through(host):
    """The system's resolver takes all of these for 127.0.0.1."""
    resolver = Resolver()
    try:
        with pytest.raises(PrivateAddressError):
            await checked_addresses(host, 80, resolver, allow_private=False)
    finally:
        resolver.close()


async def test_a_name_that_cannot_be_written_in_dns_is_not_known():
    resolver = Resolver()
    try:
        with pytest.raises(TransientError, match="cannot be resolved"):
            await checked_addresses(f"{'a' * 70}.example", 80, resolver, allow_private=True)
    finally:
        resolver.close()
