"""A text in any script in, the same text as patterns for numbers want to read it out, with the way back.

Digits of every script become ASCII digits, dashes hyphens, spaces of any width a space, fullwidth forms their ASCII
ones; characters that nobody sees are left out. Letters stay as they are: this is for numbers, not for words.
"""

import re
import unicodedata
from typing import Final

import numpy as np

from agents.guardrails.view import View

_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_FULLWIDTH: Final = range(0xFF01, 0xFF5F)
_TO_ASCII: Final = 0xFEE0
_DASHES: Final = "\u2212\u02d7\u2043"
"""Minus, modifier minus, hyphen bullet: dashes by their looks, not by their category."""


class _Plain(dict[int, str]):
    """Code point to what it reads as, worked out when first seen."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


def _plain(char: str) -> str:
    if ord(char) in _FULLWIDTH:
        return chr(ord(char) - _TO_ASCII)
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Pd" or char in _DASHES:
        return "-"
    return " " if category == "Zs" else char


_TABLE: Final = _Plain()


def numeric_view(text: str) -> View:
    """`text` with numbers in ASCII. A text in ASCII is its own numeric view."""
    if text.isascii():
        return View(text)
    if not _UNSEEN.search(text):
        return View(text.translate(_TABLE))
    kept = [at for at, char in enumerate(text) if not _UNSEEN.match(char)]
    return View("".join(text[at] for at in kept).translate(_TABLE), np.array(kept, dtype=np.int64))
