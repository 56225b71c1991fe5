"""Groups of digits in, whether a country has such a telephone number and writes it so out.

The plans are those of phonenumbers (Google's libphonenumber), read as tables: its parser takes 50 microseconds for a
number and a country, too long to ask fifty countries about each row of digits in a document.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

REGIONS: Final = tuple(
    "US GB DE FR IT ES NL BE CH AT SE NO DK FI PL CZ PT IE GR RO HU TR RU UA IN CN JP KR AU NZ BR MX AR ZA IL SG ID KE "
    "NG EG SA AE PH PK TH MY VN CO CL PE".split()
)
"""Whose national formats a number without a country code is compared with."""
_SIZE: Final = re.compile(r"\\d(?:\{(\d+)(?:,(\d+))?\})?")


@dataclass(frozen=True)
class Format:
    """One way in which a country writes numbers."""

    sizes: tuple[tuple[int, int], ...]
    """Least and most digits of each group, the trunk prefix left out."""
    trunk: str
    """What stands in front of the first group, `0` in most countries."""
    apart: bool
    """Whether the trunk prefix is a group of its own."""
    beginning: re.Pattern[str]
    """What numbers that are written so begin with."""
    valid: re.Pattern[str]
    """All numbers of landlines and mobiles of the country."""

    def fits(self, groups: Sequence[str]) -> bool:
        """Whether `groups`, one for each of `sizes`, are a number of the country, grouped as it groups it."""
        sizes = zip(groups, self.sizes, strict=True)
        if not all(least <= len(group) <= most for group, (least, most) in sizes):
            return False
        number = "".join(groups)
        return bool(self.beginning.match(number) and self.valid.fullmatch(number))


def is_national(groups: Sequence[str]) -> bool:
    """Whether some country writes a number of its own so."""
    return any(_fits(form, groups) for form in formats().get(len(groups), ()))


def is_international(digits: str) -> bool:
    """Whether `digits`, a plus left out, are a country's code and as many more as its numbers have."""
    for length in (1, 2, 3):
        code = digits[:length]
        if code.isdigit() and int(code) in COUNTRY_CODE_TO_REGION_CODE:
            rest = digits[length:]
            return not {len(rest), len(rest.removeprefix("0"))}.isdisjoint(_lengths(int(code)))
    return False


def _fits(form: Format, groups: Sequence[str]) -> bool:
    if form.apart:
        return groups[0] == form.trunk and form.fits(groups[1:])
    return groups[0].startswith(form.trunk) and form.fits((groups[0].removeprefix(form.trunk), *groups[1:]))


@cache
def formats() -> Mapping[int, tuple[Format, ...]]:
    """Number of groups, a trunk prefix that stands apart included, to the formats with so many."""
    table: dict[int, list[Format]] = {}
    for region in REGIONS:
        for form in _formats_of(PhoneMetadata.metadata_for_region(region)):
            table.setdefault(len(form.sizes) + form.apart, []).append(form)
    return {count: tuple(dict.fromkeys(forms)) for count, forms in table.items()}


@cache
def _lengths(code: int) -> frozenset[int]:
    """How many digits numbers of a country, or of those that share its code, have after the code."""
    regions = COUNTRY_CODE_TO_REGION_CODE[code]
    plans = (PhoneMetadata.metadata_for_region_or_calling_code(code, region) for region in regions)
    general = (plan.general_desc for plan in plans if plan)
    return frozenset(length for desc in general if desc for length in desc.possible_length)


def _formats_of(plan: Any) -> Iterator[Format]:
    patterns = (plan.mobile.national_number_pattern, plan.fixed_line.national_number_pattern)
    valid = re.compile("|".join(f"(?:{pattern})" for pattern in patterns if pattern))
    for written in plan.number_format:
        sizes = tuple((int(least or 1), int(most or least or 1)) for least, most in _SIZE.findall(written.pattern))
        beginning = re.compile(written.leading_digits_pattern[-1] if written.leading_digits_pattern else "")
        rule = (written.national_prefix_formatting_rule or "").replace("(", "").replace(")", "")
        trunk, _, _ = rule.partition("\\1")
        prefixes = {trunk, ""} if written.national_prefix_optional_when_formatting else {trunk}
        for prefix in sorted(prefixes):
            yield Format(sizes, prefix.strip(), prefix.endswith(" "), beginning, valid)
