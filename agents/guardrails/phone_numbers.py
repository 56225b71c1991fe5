"""A run of digits and separators in, how much it looks like a telephone number out, whatever stands near it."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from agents.guardrails.national_ids.kind import is_date
from agents.guardrails.numbering_plans import is_international, is_national

DIGITS: Final = range(6, 16)
"""ITU-T E.164 allows 15 digits; less than six are an extension or a short code that belongs to nobody."""
_GROUP: Final = re.compile(r"\d+")
_HYPHENATED: Final = {
    (3, 3, 4): 0.75,  # North America
    (3, 4, 4): 0.7,  # mobiles of China, Japan and Korea
    (2, 4, 4): 0.6,
    (4, 3, 3): 0.6,
    (2, 2, 2, 2, 2): 0.7,  # France
    (1, 3, 3, 2, 2): 0.7,  # Russia
    (3, 3, 2, 2): 0.6,
}
"""Groups with hyphens in between, as telephone numbers are written, and how much they say."""
_DOTTED: Final = {(3, 3, 4): 0.75, (2, 2, 2, 2, 2): 0.7}
"""The same with full stops."""
_COMMON: Final = {(4, 4), (2, 2, 2, 2), (3, 3, 3), (3, 4), (2, 3, 3), (2, 2, 3), (5, 4), (1, 3, 3), (3, 5)}
"""Groups that counts, ranges of pages, postal codes and rows of numbers have as well."""
_OTHER_NUMBERS: Final = {(3, 2, 4), (2, 7), (5, 4), (5, 3), (6, 4), (6, 5), (3, 1, 4, 4, 1)}
"""Groups of a US social security number, an employer's number, postal codes, Nordic personal numbers and an ISBN."""
_ISBN: Final = 13
_AREA_AND_NUMBER: Final = re.compile(r"0[1-9]\d{1,3} \d{6,8}")
"""An area code and the rest in one, as people write what their country groups further."""
_WEAK: Final = 0.3
"""A number that could be anything."""


@dataclass(frozen=True)
class Run:
    """A run as it is written, split up."""

    written: str
    groups: tuple[str, ...]
    separators: tuple[str, ...]
    """Between the groups."""
    international: bool
    """Whether a plus stands in front."""
    bracketed: bool
    """Whether one of its first groups stands in brackets, as area codes do."""

    @classmethod
    def of(cls, written: str) -> "Run":
        """`written` begins with a digit, a plus or a bracket, and ends in a digit."""
        spans = [match.span() for match in _GROUP.finditer(written)]
        between = tuple(written[end:start] for (_, end), (start, _) in pairwise(spans))
        return cls(
            written=written,
            groups=tuple(written[start:end] for start, end in spans),
            separators=between,
            international="+" in written[: spans[0][0]],
            bracketed=bool(re.match(r"(?:\+?\d{1,3}[ -]?)?\(\+?\d{1,5}\)", written)),
        )

    @property
    def digits(self) -> str:
        return "".join(self.groups)

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(group) for group in self.groups)


def is_something_else(run: Run) -> bool:
    """Whether a run is a date, an IP address, a version, a decimal or a price rather than a number to be called."""
    if run.international:
        return False
    if _begins_with_date(run.groups, run.separators):
        return True
    dotted = bool(run.separators) and set(run.separators) == {"."}
    if dotted and len(run.groups) == 4 and all(int(group) < 256 for group in run.groups):  # noqa: PLR2004 - IPv4
        return True
    if dotted and (len(run.groups) == 2 or min(run.sizes) == 1 < max(run.sizes)):  # noqa: PLR2004 - a decimal
        return True
    if run.separators == ("-",) and run.sizes in ((3, 3), (4, 4)) and _is_range(*run.groups):
        return True
    isbn = run.digits[:3] in ("978", "979") and len(run.digits) == _ISBN
    return isbn or run.sizes in _OTHER_NUMBERS


def _is_range(first: str, last: str) -> bool:
    """Whether two numbers as long as each other are pages or years from the one to the other."""
    return first < last and (len(first) == 3 or last < "2100")  # noqa: PLR2004 - pages


def _begins_with_date(groups: tuple[str, ...], separators: tuple[str, ...]) -> bool:
    """Year, month, day in any order, between the same signs."""
    if len(groups) < 3 or separators[0] != separators[1] or separators[0] not in ("-", "/", "."):  # noqa: PLR2004
        return False
    first, second, third = groups[:3]
    if len(first) == 4 and max(len(second), len(third)) <= 2:  # noqa: PLR2004 - a year
        return is_date(second, third)
    if len(third) not in (2, 4) or max(len(first), len(second)) > 2 or (len(groups) > 3 and len(third) == 2):  # noqa: PLR2004
        return False
    return is_date(first, second) or is_date(second, first)


def likelihood(run: Run) -> float:
    """0 to 1: from what cannot be a number to be called to one that some country's plan has and writes so."""
    if run.international:
        return 0.9 if is_international(run.digits) else 0.0
    if run.digits.startswith("00") and run.separators and is_international(run.digits.removeprefix("00")):
        return 0.8
    if run.bracketed and len(run.digits) > 8:  # noqa: PLR2004 - area code and number
        return 0.85
    if not run.separators:
        return _WEAK
    if run.sizes == (1, 3, 3, 4) and run.digits[0] == "1":
        return 0.75
    signs = set(run.separators)
    if signs == {"."}:
        return _DOTTED.get(run.sizes, _WEAK)
    as_written = _HYPHENATED.get(run.sizes, 0.0) if signs == {"-"} else 0.0
    return as_written or _as_some_country_writes(run)


def _as_some_country_writes(run: Run) -> float:
    """Less where counts, pages and rows of numbers are grouped so too."""
    if not is_national(run.groups):
        return 0.55 if _AREA_AND_NUMBER.fullmatch(" ".join(run.groups)) else _WEAK
    if run.sizes in _COMMON and run.digits[0] != "0":
        return 0.45
    return 0.6 if "-" in run.separators else 0.8
