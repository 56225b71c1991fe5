import pytest

from agents.guardrails.rules.ip_addresses import IpAddressRule
from tests.agents.guardrails.pattern_rules import found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("blocked 86.231.85.193 again", "86.231.85.193"),
        ("10.0.0.1:8080", "10.0.0.1"),
        ("from 2001:db8:85a3::8a2e:370:7334.", "2001:db8:85a3::8a2e:370:7334"),
        ("[fe80::1]", "fe80::1"),
        ("d80:e4b5:79da:6cf6:71f3:51f7:9161:c319", "d80:e4b5:79da:6cf6:71f3:51f7:9161:c319"),
    ],
)
def test_addresses_of_either_version_are_found(text, address):
    assert found(IpAddressRule, text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "version 10.0.19.45",
        "v1.2.3.4",
        "256.1.1.1",
        "1.2.3",
        "1.2.3.4.5",
        "12:30:45",
        "std::vector",
        "a::b::c",
        "127.0.0.1:80",
        "0.0.0.0",
        "255.255.0.0",
    ],
)
def test_failures_57_versions_times_and_code_pass(text):
    assert found(IpAddressRule, text) == []


def test_private_addresses_pass_where_only_public_ones_count():
    assert found(IpAddressRule, "10.0.0.1 and 8.8.8.8 and ::1", public_only=True) == ["8.8.8.8"]
