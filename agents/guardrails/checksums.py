"""A number in, whether its check digits hold out: the sums that cards, accounts and national numbers are made with.

All take the digits (and letters) alone, without separators, in ASCII.
"""

import string
from collections.abc import Sequence
from typing import Final

_DOUBLED: Final = str.maketrans("0123456789", "0246813579")
"""Twice a digit, with the digits of the result added."""

# The dihedral group D5 (Verhoeff, "Error detecting decimal codes", Mathematical Centre Tracts 29, 1969).
_D5: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PERMUTED: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)

_LETTERS: Final = {ord(letter): str(value) for value, letter in enumerate(string.ascii_uppercase, start=10)}


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right doubled, the sum a multiple of ten."""
    return sum(map(int, digits[-2::-2].translate(_DOUBLED) + digits[-1::-2])) % 10 == 0


def verhoeff(digits: str) -> bool:
    """Verhoeff's check over D5, the check digit last."""
    check = 0
    for at, digit in enumerate(reversed(digits)):
        check = _D5[check][_PERMUTED[at % 8][int(digit)]]
    return check == 0


def mod97(text: str) -> bool:
    """ISO/IEC 7064, MOD 97-10, as ISO 13616 uses it for IBANs: first four characters last, letters as 10 to 35."""
    return int((text[4:] + text[:4]).translate(_LETTERS)) % 97 == 1


def mod11_10(digits: str) -> bool:
    """ISO/IEC 7064, MOD 11,10, the check digit last."""
    product = 10
    for digit in digits[:-1]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[-1])


def weighted(digits: str, weights: Sequence[int]) -> int:
    """Sum of each digit times its weight, for as many as there are weights."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
