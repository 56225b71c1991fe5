"""What one kind of national number is: how it is written, what it must satisfy, and the words that go with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MONTHS: Final = 12
LONGEST_MONTH: Final = 31


@dataclass(frozen=True)
class NationalId:
    """A number that a state gives to people."""

    name: str
    country: str
    """ISO 3166-1, two letters."""
    valid: Callable[[str], bool]
    """Whether the characters alone, letters in capitals and separators left out, may be such a number."""
    words: str
    """Words that stand near it, in the languages of the country, as `Words` takes them."""
    sure: tuple[str, ...] = ()
    """Forms that say enough by themselves: `9` is a digit, `A` a letter, anything else stands for itself."""
    unsure: tuple[str, ...] = ()
    """Forms that many other numbers have too: one of the words has to stand near."""


def is_date(month: str, day: str) -> bool:
    """Whether two digits each are a month and a day of it, February's end not looked at too closely."""
    return 1 <= int(month) <= MONTHS and 1 <= int(day) <= LONGEST_MONTH
