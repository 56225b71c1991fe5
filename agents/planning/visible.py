"""Text in, whether there is anything in it to find out."""

import unicodedata


def is_blank(text: str) -> bool:
    """Whether `text` has no letter, digit or picture: white space, zero-width characters, rules, dots."""
    return not any(character.isalnum() or _is_picture(character) for character in text)


def _is_picture(character: str) -> bool:
    return not character.isascii() and unicodedata.category(character) == "So" and character != "\ufffd"
