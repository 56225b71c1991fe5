"""Text in, offsets where its paragraphs, lines, sentences, clauses and words begin out; each in linear time.

A sentence begins after a full stop, question or exclamation mark of its script and white space; after those of
scripts without spaces, at once. Not after an abbreviation or an initial, nor before a small letter.
"""

import re
from collections.abc import Iterator

_CLOSERS = "\"'”’»)\\]}*_`"
_SPACED_STOP = re.compile(rf"[.!?…।॥؟۔։።][{_CLOSERS}]{{0,4}}\s+")
_UNSPACED_STOP = re.compile("[。！？｡．။។][\"'”’」』）】》〉]{0,4}\\s*")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\n\s*")
_CLAUSE = re.compile(r"[,;:)\]}–—|]\s+|[，、；：]\s*|\s[–—|-]\s+")
_WORD = re.compile(r"\s+")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)\.?\Z")
_WORD_WINDOW = 16
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof sr jr st vs etc e.g i.e cf al no nr fig eq sec ch vol pp p approx bzw z.b d.h u.a ca usw "
    "inc ltd co corp jan feb mar apr jun jul aug sep sept oct nov dec".split()
)


def paragraph_starts(text: str, start: int, end: int) -> Iterator[int]:
    """After blank lines."""
    return (found.end() for found in _PARAGRAPH.finditer(text, start, end))


def line_starts(text: str, start: int, end: int) -> Iterator[int]:
    """After line ends, indentation skipped."""
    return (found.end() for found in _LINE.finditer(text, start, end))


def clause_starts(text: str, start: int, end: int) -> Iterator[int]:
    """After commas, semicolons, brackets and dashes."""
    return (found.end() for found in _CLAUSE.finditer(text, start, end))


def word_starts(text: str, start: int, end: int) -> Iterator[int]:
    """After white space."""
    return (found.end() for found in _WORD.finditer(text, start, end))


def sentence_starts(text: str, start: int, end: int) -> Iterator[int]:
    """After sentences, in no particular order."""
    for found in _SPACED_STOP.finditer(text, start, end):
        following = text[found.end() : found.end() + 1]
        if not following.islower() and not (text[found.start()] == "." and _abbreviates(text, found.start())):
            yield found.end()
    for found in _UNSPACED_STOP.finditer(text, start, end):
        yield found.end()


def _abbreviates(text: str, stop: int) -> bool:
    word = _LAST_WORD.search(text[max(stop - _WORD_WINDOW, 0) : stop])
    if word is None:
        return False
    letters = word.group(1)
    return letters.lower() in _ABBREVIATIONS or (len(letters) == 1 and letters.isupper() and letters != "I")
