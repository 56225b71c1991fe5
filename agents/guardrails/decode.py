"""A reading in, what is written in it in code out: base64, hexadecimal, binary, escapes, hidden characters.

Only what decodes to text counts, so a hash, a key or a picture gives nothing. Work is bounded: a few codes a level, few
levels, and so many characters in all.
"""

import base64
import binascii
import codecs
import html
import re
import sys
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

import numpy as np

from agents.guardrails.view import View
from schemas.chunks import Span

MAX_DEPTH: Final = 3
MAX_CODES: Final = 16
"""Most codes that are tried at one level."""
MAX_DECODED: Final = 20_000
"""Most characters that are decoded from one text."""
_LEAST: Final = 6
"""Fewer characters ask for nothing."""
_TEXTUAL: Final = 0.85
"""Least share of letters, digits, spaces and common punctuation in something that is text."""

_SURROGATES: Final = range(0xD800, 0xE000)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{40,}(?:\r?\n[A-Za-z0-9+/_-]{4,})+={0,2}|[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX: Final = re.compile(r"(?:(?:0x|\\x)?[0-9a-fA-F]{2}[ ,:-]{0,2}){8,}")
_HEX_MARK: Final = re.compile(r"0x|\\x|[ ,:-]")
_BINARY: Final = re.compile(r"(?:[01]{8}[ ,]{0,2}){6,}")
_PERCENT: Final = re.compile(r"(?:%[0-9a-fA-F]{2})")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_ESCAPE: Final = re.compile(r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\u\{[0-9a-fA-F]{1,6}\}")
_TAG: Final = 0xE0000
"""A tag character is this much over the ASCII character that it stands for."""
_TAGS: Final = re.compile("[\U000e0020-\U000e007e]{4,}")
_SELECTORS: Final = {code: byte for byte, code in enumerate((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))}
"""Variation selectors, and the byte that each can stand for."""
_SELECTED: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")


def decoded(raw: View) -> tuple[View, ...]:
    """Everything that could be decoded from `raw`, and from that again, at most `MAX_DEPTH` deep."""
    found: list[View] = []
    level, left = [raw], MAX_DECODED
    for _ in range(MAX_DEPTH):
        following: list[View] = []
        for view in level:
            for inner in _once(view):
                if len(inner.text) > left:
                    continue
                left -= len(inner.text)
                following.append(inner)
        found.extend(following)
        level = following
        if not level:
            break
    return tuple(found)


def _once(view: View) -> Iterator[View]:
    """What one level of decoding gives."""
    if not view.text.isascii():
        yield from _hidden(view)
    for pattern, decoding in ((_BASE64, _from_base64), (_HEX, _from_hex), (_BINARY, _from_binary)):
        for number, match in enumerate(pattern.finditer(view.text)):
            if number == MAX_CODES:
                break
            text = decoding(match.group())
            if text is not None:
                yield View(text, inside=view.span(match.start(), match.end()))
    yield from _escaped(view)


def _hidden(view: View) -> Iterator[View]:
    """ASCII in tag characters, and bytes in variation selectors: text that no reader sees and a model reads."""
    for match in _TAGS.finditer(view.text):
        text = "".join(chr(ord(character) - _TAG) for character in match.group())
        yield View(text, inside=view.span(match.start(), match.end()))
    for match in _SELECTED.finditer(view.text):
        codes = [ord(character) for character in match.group()]
        smuggled = _as_text(bytes(_SELECTORS[code] for code in codes))
        if smuggled is not None:
            yield View(smuggled, inside=view.span(match.start(), match.end()))


def _escaped(view: View) -> Iterator[View]:
    """The whole text with its escapes replaced, where it has any."""
    if "%" in view.text and _PERCENT.search(view.text):
        text = unquote_to_bytes(view.text.replace("+", " ")).decode("utf-8", "replace")
        yield View(text, inside=_whole(view))
    if "&" in view.text and _ENTITY.search(view.text):
        yield View(html.unescape(view.text), inside=_whole(view))
    if "\\" in view.text and _ESCAPE.search(view.text):
        yield View(_ESCAPE.sub(_unescaped, view.text), inside=_whole(view))


def _whole(view: View) -> Span:
    return view.span(0, len(view.text))


def _unescaped(match: re.Match[str]) -> str:
    code = int(match.group()[2:].strip("{}"), 16)
    return chr(code) if code <= sys.maxunicode and code not in _SURROGATES else ""


def _from_base64(code: str) -> str | None:
    """RFC 4648, either alphabet, with or without padding."""
    bare = "".join(code.split()).rstrip("=").replace("-", "+").replace("_", "/")
    bare = bare[: len(bare) - (len(bare) % 4 == 1)]
    try:
        return _as_text(base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True))
    except binascii.Error:
        return None


def _from_hex(code: str) -> str | None:
    digits = _HEX_MARK.sub("", code)
    return _as_text(bytes.fromhex(digits[: len(digits) - len(digits) % 2]))


def _from_binary(code: str) -> str | None:
    digits = code.replace(" ", "").replace(",", "")
    return _as_text(bytes(int(digits[at : at + 8], 2) for at in range(0, len(digits) - 7, 8)))


def _as_text(raw: bytes) -> str | None:
    """`raw` if somebody may have written it: UTF-8, and nearly all of it letters and punctuation of a text."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if len(text) < _LEAST:
        return None
    plain = sum(character.isalnum() or character in " \n.,;:!?'\"()-{}[]<>/=+&%_*#@" for character in text)
    return text if plain >= _TEXTUAL * len(text) else None


def rotated(view: View) -> View:
    """ROT13 undone."""
    return View(codecs.encode(view.text, "rot13"), view.starts, view.inside)


def reversed_view(view: View) -> View:
    """Read from the end."""
    return view.reread(view.text[::-1], np.arange(len(view.text))[::-1])
