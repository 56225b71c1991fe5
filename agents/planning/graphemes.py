"""Text and an offset in, whether a reader would see a character torn there out.

The cases of UAX #29 that matter between chunks: marks and joiners stay with what they follow, a Hangul syllable's
letters together, flags in pairs.
"""

import unicodedata

_JOINER = "\u200d"
_CARRIAGE = ("\r", "\n")
_FLAG_WINDOW = 64


def is_grapheme_boundary(text: str, offset: int) -> bool:
    """Whether a cut at `offset` leaves every user-perceived character whole."""
    if offset <= 0 or offset >= len(text):
        return True
    before, after = text[offset - 1], text[offset]
    if after.isascii():
        return (before, after) != _CARRIAGE
    if _JOINER in (before, after) or _is_skin_tone(after) or unicodedata.category(after).startswith("M"):
        return False
    if _is_flag_letter(before) and _is_flag_letter(after):
        return _flag_letters_before(text, offset) % 2 == 0
    return not (_is_jamo(before) and "\u1160" <= after <= "\u11ff")


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_jamo(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff" or "\uac00" <= character <= "\ud7a3"


def _flag_letters_before(text: str, offset: int) -> int:
    count = 0
    while count < _FLAG_WINDOW and offset > count and _is_flag_letter(text[offset - count - 1]):
        count += 1
    return count
