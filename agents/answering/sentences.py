"""A passage's text in, its sentences out, with exact offsets; headings, list items, tables and code kept apart.

Every character that is not white space belongs to exactly one sentence, and each is looked at a bounded number of
times, whatever the input: no pattern here can be made to backtrack. Marks of sentence ends follow Unicode's
Sentence_Terminal property (UAX #29) for the scripts that we meet; the rest is rules of thumb for abbreviations.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from agents.answering.code import is_code

Kind = Literal["prose", "heading", "item", "table", "code"]


class Sentence(NamedTuple):
    """`text[start:end]`, without white space at either end."""

    start: int
    end: int
    kind: Kind


_SPACED = ".!?\u2026\u061f\u06d4\u0964\u0965\u1362"  # these end a sentence only before white space
_UNSPACED = "。！？｡．"
_CLOSERS = "\"'”’»)]）」』】〉》"
_EMPHASIS = "*_"
_CODE_SPAN = r"(?<!`)`(?=[^\s`])[^`\n]{1,120}(?<=\S)`(?!`)"
END = re.compile(rf"{_CODE_SPAN}|(?P<marks>[{re.escape(_SPACED + _UNSPACED)}]+)[{re.escape(_CLOSERS + _EMPHASIS)}]*")
_LINE = re.compile(r"[^\n\r]*(?:\r\n|\n|\r|$)")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}(?:[ \t]|$)")
ITEM = re.compile(r"[ \t]{0,12}(?:[-*+•‣◦·]|\(?[0-9]{1,3}[.)]|\(?[A-Za-z][.)])[ \t]+(?=\S)")
_TABLE = re.compile(r"[ \t]{0,12}\|")
FENCE = re.compile(r"[ \t]{0,12}(```+|~~~+)")
_FENCE_LINE = re.compile(r"^[ \t]{0,12}(?:```+|~~~+)(.*)$", re.MULTILINE)
_RULE = re.compile(r"[ \t]{0,3}[-=*_][-=*_ \t]*$")
_LAST_WORD = re.compile(r"[^\W\d_]+(?:[.'’][^\W\d_]+)*$")
_LONGEST_WORD = 24
_SHORTEST_WORD = 5
"""A word of as many letters that is not in the list is taken for no abbreviation, even before a small letter."""
_ABBREVIATIONS_TEXT = """
al approx art bd bzw ca cf ch co col corp dept dr ed eds eq est etc evtl fig figs gen gov hon hr inc jr lt ltd
mr mrs ms no nos nr op pl pp prof pt rep resp rev sen sgt sr st str tab ten univ usw vgl vol vs z
assoc bspw einschl entspr insbes pract subsp
"""
_ABBREVIATIONS = frozenset(_ABBREVIATIONS_TEXT.split())


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of `text` in order. Offsets count Unicode code points, as everywhere in ragstream."""
    return [
        sentence
        for start, end, kind in _blocks(text)
        for sentence in (
            _prose(text, start, end, kind) if kind in {"prose", "item"} else _whole(text, start, end, kind)
        )
    ]


def without_code(text: str) -> str:
    """`text` without its blocks of code; inline code stays."""
    return "\n".join(text[start:end] for start, end, kind in _blocks(text) if kind != "code")


def _blocks(text: str) -> Iterator[tuple[int, int, Kind]]:
    """Runs of lines that belong together: a paragraph, an item with its continuation, a table row, code."""
    start, end, kind = 0, 0, None
    fence = _fence_around_the_beginning(text)
    for line in _LINE.finditer(text):
        found = kind_of(line.group(), fence)
        opens = FENCE.match(line.group())
        if kind is not None and not (found == kind == "prose" or (kind == "item" and found == "prose") or fence):
            yield start, end, _judged(text, start, end, kind)
            kind = None
        if kind is None and found is not None:
            start, kind = line.start(), found
        end = line.end()
        if fence and opens and opens[1].startswith(fence):
            yield start, end, "code"
            fence, kind = "", None
        elif not fence and opens:
            fence = opens[1]
    if kind is not None:
        yield start, end, _judged(text, start, end, kind)


def _judged(text: str, start: int, end: int, kind: Kind) -> Kind:
    return "code" if kind == "prose" and is_code(text[start:end]) else kind


def _fence_around_the_beginning(text: str) -> str:
    """The fence that `text` was cut out of: its first fence closes what nothing opened; else empty."""
    fences = list(_FENCE_LINE.finditer(text))
    if not fences or fences[0][1].strip():
        return ""
    before = text[: fences[0].start()].rpartition("\n\n")[2].rstrip(" \t")
    if not before.strip():
        return ""
    unpaired = len(fences) % 2 == 1 and not before.rstrip().endswith((".", ":", ",", "!", "?"))
    return fences[0].group().strip() if unpaired or is_code(before) else ""


def kind_of(line: str, fence: str) -> Kind | None:
    """What a line begins or continues; None for a blank one."""
    if fence or FENCE.match(line):
        return "code"
    if not line.strip():
        return None
    if _HEADING.match(line):
        return "heading"
    if _TABLE.match(line) or _RULE.match(line):
        return "table"
    return "item" if ITEM.match(line) else "prose"


def _whole(text: str, start: int, end: int, kind: Kind) -> Iterator[Sentence]:
    piece = text[start:end]
    first = start + len(piece) - len(piece.lstrip())
    last = start + len(piece.rstrip())
    if first < last:
        yield Sentence(first, last, kind)


def _prose(text: str, start: int, end: int, kind: Kind) -> Iterator[Sentence]:
    begin = start
    marker = ITEM.match(text, start, end) if kind == "item" else None
    for found in END.finditer(text, marker.end() if marker else start, end):
        if found["marks"] and ends_here(text, found.start(), found.end(), end):
            yield from _whole(text, begin, found.end(), kind)
            begin = found.end()
    yield from _whole(text, begin, end, kind)


def ends_here(text: str, mark: int, after: int, end: int) -> bool:
    """Whether the marks at `text[mark:after]` end a sentence."""
    if text[mark] in _UNSPACED or after >= end:
        return True
    if not text[after].isspace():
        return False
    goes_on_small = text[after : after + 64].lstrip()[:1].islower()
    if text[mark] != "." or text[mark : mark + 2] == "..":
        return not goes_on_small
    if goes_on_small:
        return _ends_before_a_small_letter(text, mark, after)
    word = _LAST_WORD.search(text[max(0, mark - _LONGEST_WORD) : mark])
    return word is None or not _abbreviates(word.group())


def _ends_before_a_small_letter(text: str, mark: int, after: int) -> bool:
    """A name in small letters may begin a sentence: after code, brackets or emphasis, or after an ordinary word."""
    if text[mark + 1 : after].strip(_EMPHASIS):
        return False
    if text[mark - 1 : mark] in {"`", ")", "]", "*"}:
        return True
    word = _LAST_WORD.search(text[max(0, mark - _LONGEST_WORD) : mark])
    return word is not None and len(word.group()) >= _SHORTEST_WORD and not _abbreviates(word.group())


def _abbreviates(word: str) -> bool:
    """`Dr`, an initial, or dotted letters such as `e.g` and `U.S`; `I` is a word."""
    return (len(word) == 1 and word != "I") or "." in word or word.lower() in _ABBREVIATIONS
