"""Pieces of a growing text in, its sentences out as soon as each is whole; where the pieces are cut changes nothing.

A sentence is handed over when no further text can change where it ends: a full stop waits for what comes after it (an
abbreviation? a closing quote? a marker `[1]` that belongs to it?), a line's end for the beginning of the next line, a
block of code for its closing fence. Ends are told by the rules of `sentences`, so that what a model writes is cut as
the passages are.
"""

import re
from collections.abc import Iterator
from typing import Final

from agents.answering.markers import REFERENCE
from agents.answering.sentences import END, FENCE, ITEM, ends_here, kind_of

LONGEST: Final = 4_000
"""Characters of a sentence; a longer one, or a block of code, is cut at white space."""
_SETTLED: Final = 256
"""Characters after a place from which on more text can't change what it is."""
_LINE_BEGINNING: Final = 40
"""Characters that tell a list item, a heading, a table or a fence from prose."""
_WHITE: Final = 64
_CODE_SPAN: Final = 122
_LONGEST_FENCE: Final = 16
_CANDIDATE: Final = re.compile(rf"{END.pattern}|(?P<line>\n)")
_TAIL: Final = re.compile(rf"(?:[ \t]?{REFERENCE}(?!\())*", re.IGNORECASE)
_TAIL_BEGINS: Final = re.compile(r"[ \t]?(?:\[[^\[\]\n]{0,160}\]?)?$")


class SentenceStream:
    """Collects one text. Sentences come without white space at either end, and are never empty."""

    def __init__(self) -> None:
        self._text = ""
        self._seen = 0
        """No sentence ends before it."""

    def feed(self, piece: str) -> Iterator[str]:
        """The sentences that are whole now that `piece` was added."""
        self._text += piece
        return self._sentences(final=False)

    def flush(self) -> Iterator[str]:
        """What is left, now that nothing follows."""
        return self._sentences(final=True)

    def _sentences(self, *, final: bool) -> Iterator[str]:
        while True:
            if not self._seen:
                self._text = self._text.lstrip()
            end = self._first_end(final=final) if self._text else None
            if end is None:
                return
            sentence, self._text, self._seen = self._text[:end].rstrip(), self._text[end:], 0
            yield sentence

    def _first_end(self, *, final: bool) -> int | None:
        """Where the first sentence ends; None when that isn't certain yet."""
        text = self._text
        fence = FENCE.match(text)
        if fence:
            end = _fence_end(text, fence[1][:_LONGEST_FENCE], final=final)
        else:
            end, self._seen = _prose_end(text, self._seen, final=final)
        if end is not None and end <= LONGEST:
            return end
        if len(text) > LONGEST + _SETTLED or (final and len(text) > LONGEST):
            white = max(text.rfind(" ", 1, LONGEST), text.rfind("\n", 1, LONGEST))
            return white if white > 0 else LONGEST
        return len(text) if final else None


def _fence_end(text: str, fence: str, *, final: bool) -> int | None:
    closed = re.search(rf"\n[ \t]{{0,12}}{fence}[`~]*[ \t]*(?=\n{'|$' if final else ''})", text)
    return closed.end() if closed else None


def _prose_end(text: str, seen: int, *, final: bool) -> tuple[int | None, int]:
    """Where the first sentence ends, looking from `seen` on; and from where to look when more has come."""
    marker = ITEM.match(text)
    seen = max(seen, marker.end() if marker else 0)
    for found in _CANDIDATE.finditer(text, seen):
        end = found.start()
        decided: bool | None = False
        if found["line"]:
            decided = _line_ends(text, end, final=final)
        elif found["marks"]:
            end = _with_references(text, found.end())
            decided = _mark_ends(text, seen, found, end, final=final)
        if decided:
            return end, seen
        if decided is None:
            break
        seen = found.end()
    return None, seen


def _with_references(text: str, at: int) -> int:
    found = _TAIL.match(text, at)
    return found.end() if found else at


def _line_ends(text: str, at: int, *, final: bool) -> bool | None:
    """Whether the line break at `at` ends a sentence; None when that isn't certain yet."""
    following, line_break, _ = text[at + 1 : at + 1 + _LINE_BEGINNING].partition("\n")
    if not line_break and len(following) < _LINE_BEGINNING and not final:
        return None
    first = text[:_LINE_BEGINNING].partition("\n")[0]
    return kind_of(following, "") != "prose" or kind_of(first, "") in {"heading", "table"}


def _mark_ends(text: str, seen: int, found: re.Match[str], end: int, *, final: bool) -> bool | None:
    """Whether the marks `found`, with references up to `end`, end a sentence; None when that isn't certain yet."""
    following = text[end : end + _WHITE]
    waits = _TAIL_BEGINS.match(text, end) or not (following.strip() or len(following) == _WHITE)
    if not final and (waits or _may_be_code(text, seen, found.start())):
        return None
    if end == found.end():
        return ends_here(text, found.start(), end, len(text))
    before = text[max(0, found.start() - _WHITE) : found.start()]
    bare = f"{before}{found.group()} {following.lstrip()}"
    return ends_here(bare, len(before), len(before) + len(found.group()), len(bare))


def _may_be_code(text: str, seen: int, at: int) -> bool:
    """Whether a backtick between `seen` and `at` may still turn out to open code that goes on beyond `at`."""
    tick = text.rfind("`", seen)
    opens = seen <= tick < at and text[tick - 1 : tick] != "`" and not text[tick + 1].isspace()
    return opens and "\n" not in text[tick:] and len(text) - tick <= _CODE_SPAN
