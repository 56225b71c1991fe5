"""International bank account numbers: a country, its length, and a remainder of one."""

import re
from collections.abc import Iterable
from typing import ClassVar, Final

import re2

from agents.guardrails.checksums import mod97
from agents.guardrails.context import Reading, Words
from agents.guardrails.pattern_rule import PatternRule, hit
from agents.guardrails.rule import Hit, RuleOptions
from schemas.guardrails import Stage

_BEGINNING: Final = re2.compile(r"(?i)\b[a-z]{2}[ -]?\d\d[ -]?[a-z0-9]")
_SEPARATORS: Final = re.compile(r"(?<=[A-Za-z0-9])[ -](?=[A-Za-z0-9])")

_RUN: Final = re.compile(r"[A-Za-z]{2}\d\d[A-Za-z0-9]{10,30}\b")
_NAMED: Final = Words("iban ibans")

LENGTHS: Final = {
    country[:2]: int(country[2:])
    for country in (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 "
        "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
        "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 "
        "PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 "
        "YE30"
    ).split()
}
"""Characters of an IBAN by country, from SWIFT's IBAN registry (ISO 13616)."""


class IbanOptions(RuleOptions):
    """What `iban` can be told: nothing yet."""


class IbanRule(PatternRule[IbanOptions]):
    """International bank account numbers."""

    name: ClassVar[str] = "iban"
    about: ClassVar[str] = "International bank account numbers (IBAN) whose country, length and check digits fit."
    stages: ClassVar[tuple[Stage, ...]] = ("question", "document", "passage", "answer")
    Options: ClassVar[type[RuleOptions]] = IbanOptions

    def spot(self, text: str) -> Iterable[Hit]:
        """Every IBAN in `text`, in groups or not, in either case."""
        after = 0
        reading = Reading(text)
        for beginning in _BEGINNING.finditer(text):
            start = beginning.start()
            length = LENGTHS.get(text[start : start + 2].upper())
            end = _end(text, start, length) if length and start >= after else None
            if end is not None:
                after = end
                yield hit(1, "An international bank account number: length and check digits fit.", start, end)
            elif start >= after and reading.before(_NAMED, start) >= 0:
                run = _RUN.match(text, start)
                if run and _adds_up(run.group().upper(), run.end() - start):
                    after = run.end()
                    yield hit(0.8, "Called an IBAN: check digits fit, its length is no country's.", start, after)


def _end(text: str, start: int, length: int) -> int | None:
    """Where an IBAN of `length` characters that begins at `start` ends; None if there is none."""
    if not _adds_up(_SEPARATORS.sub("", text[start : start + 2 * length])[:length].upper(), length):
        return None
    end = start
    for _ in range(length):
        end = end + 1 if text[end] not in " -" else end + 2
    following = text[end : end + 1]
    if following.isascii() and following.isalnum():
        return None
    return end


def _adds_up(characters: str, length: int) -> bool:
    """Whether there are enough characters, letters and digits alone, and their remainder is one."""
    whole = len(characters) == length and characters.isascii() and characters.isalnum()
    return whole and characters[2:4].isdigit() and mod97(characters)
