"""IP addresses: who was online where, in some countries a person's data, in most texts a machine's."""

from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import ClassVar, Final

import re2

from agents.guardrails.context import Reading, Words
from agents.guardrails.pattern_rule import PatternRule, hit
from agents.guardrails.rule import Hit, RuleOptions
from schemas.guardrails import Stage

_V4: Final = re2.compile(r"\b\d{1,3}(?:\.\d{1,3}){3,}\b")
_V6: Final = re2.compile(r"(?i)[0-9a-f:]*:[0-9a-f]*:[0-9a-f:]+(?:\.\d{1,3}){0,3}")
_LONGEST_V6: Final = 45
_LEAST_COLONS: Final = 2
_VERSION: Final = Words("version* release* build firmware driver v", before=16)


class IpAddressOptions(RuleOptions):
    """What `ip-address` can be told."""

    public_only: bool = False
    """Whether addresses that mean nothing outside their network pass: 10.0.0.0/8, ::1, and so on."""


class IpAddressRule(PatternRule[IpAddressOptions]):
    """IP addresses of either version."""

    name: ClassVar[str] = "ip-address"
    about: ClassVar[str] = "IPv4 and IPv6 addresses. Version numbers, masks and `localhost` pass."
    stages: ClassVar[tuple[Stage, ...]] = ("question", "document", "passage", "answer")
    Options: ClassVar[type[RuleOptions]] = IpAddressOptions

    def spot(self, text: str) -> Iterable[Hit]:
        """Every address in `text`."""
        if "." in text:
            reading = Reading(text)
            for match in _V4.finditer(text):
                if self._is_v4(match.group()) and reading.before(_VERSION, match.start()) < 0:
                    yield hit(0.9, "An IPv4 address.", match.start(), match.end())
        if text.count(":") >= _LEAST_COLONS:
            for match in _V6.finditer(text):
                if match.end() - match.start() <= _LONGEST_V6 and self._is_v6(match.group()):
                    yield hit(1, "An IPv6 address.", match.start(), match.end())

    def _is_v4(self, written: str) -> bool:
        try:
            address = IPv4Address(written)
        except AddressValueError:
            return False
        return self._counts(address)

    def _is_v6(self, written: str) -> bool:
        try:
            address = IPv6Address(written)
        except AddressValueError:
            return False
        return self._counts(address)

    def _counts(self, address: IPv4Address | IPv6Address) -> bool:
        nobody = (
            address.is_loopback or address.is_unspecified or address.is_multicast or str(address).startswith("255.")
        )
        return not (nobody or (self.options.public_only and address.is_private))
