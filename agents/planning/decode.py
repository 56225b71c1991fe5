"""Bytes and their declared charset in, text out; nothing is dropped in silence.

The order is: byte order mark; a declared UTF-16 or UTF-32 (whose bytes may pass for UTF-8); strict UTF-8; the
declared charset; Windows-1252, which browsers take too (WHATWG Encoding Standard) and which is then a warning.
"""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-16", "utf-32")
# Python also knows codecs that are no charsets (punycode, unicode_escape); a producer must not reach them.
_CHARSETS = tuple(
    "utf-8 utf-16 utf-32 ascii iso latin cp windows koi8 gb big5 shift euc mac tis hz johab ptcp kz".split()
)
FALLBACK = "cp1252"


def decode(content: bytes, charset: str | None) -> tuple[str, list[str]]:
    """Text without byte order mark, and warnings, one sentence each."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], name)
    declared, warnings = _known(charset)
    names = [declared, "utf-8"] if declared and declared.startswith(_WIDE) else ["utf-8", declared]
    for candidate in filter(None, names):
        try:
            return content.decode(candidate), warnings
        except UnicodeDecodeError:
            continue
    text, repairs = _decoded(content, FALLBACK)
    tried = "UTF-8" if declared in {None, "utf-8"} else f"UTF-8 or {declared}"
    return text, [*warnings, f"The bytes are not {tried}; they were read as Windows-1252.", *repairs]


def _known(charset: str | None) -> tuple[str | None, list[str]]:
    """Python's name of a declared charset, or a warning that there is no such charset."""
    if charset is None:
        return None, []
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        name = ""
    if name.startswith(_CHARSETS):
        return name, []
    return None, [f"The declared charset {charset[:40]!r} is unknown and was not used."]


def _decoded(content: bytes, charset: str) -> tuple[str, list[str]]:
    try:
        return content.decode(charset), []
    except UnicodeDecodeError:
        text = content.decode(charset, errors="replace")
        return text, [f"Bytes that are not {charset} were replaced by U+FFFD."]
