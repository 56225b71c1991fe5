"""A text in, the words in it that look like numbers out, and which of the known forms they have.

A form is a number with each digit as `9` and each letter as `A`: `078-05-1120` has the form `999-99-9999`. Looking a
form up in a table takes as long for a hundred kinds of number as for one.
"""

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_WORTHWHILE: Final = re.compile(r"\d\d.?\d\d|\d[A-Za-z]\d\d")
_WORD: Final = re.compile(r"[A-Za-z0-9]+(?:[./+-][A-Za-z0-9]+)*(?:\([0-9Aa]\))?")
"""Each character can be taken in one way only, so this one is linear in Python's engine too, which is faster at many
short matches."""
_MARGIN: Final = 26
"""Characters around four digits that a number they belong to may reach."""
_SHAPE: Final = str.maketrans(string.digits + string.ascii_letters, "9" * 10 + "A" * 52)
_NEITHER: Final = re.compile(r"[^A-Z0-9]")


class WrittenForms:
    """Finds runs of words that have one of the given forms."""

    def __init__(self, forms: Iterable[str]) -> None:
        """`forms` are made of `9`, `A`, the signs `./+-()` and single spaces."""
        self._by_first: Mapping[str, list[tuple[int, str]]] = {}
        counted: dict[str, set[tuple[int, str]]] = {}
        for form in forms:
            words = form.split(" ")
            counted.setdefault(words[0], set()).add((len(words), form))
        self._by_first = {first: sorted(found, reverse=True) for first, found in counted.items()}

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and form of each place, longest first where two begin at the same word; places may overlap.

        Time is linear in the text: each word begins at most as many places as there are forms.
        """
        for beginning, end in _regions(text):
            yield from self._within(text, [match.span() for match in _WORD.finditer(text, beginning, end)])

    def _within(self, text: str, words: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
        for at, (start, end) in enumerate(words):
            for count, form in self._by_first.get(text[start:end].translate(_SHAPE), ()):
                last = words[at + count - 1][1] if at + count <= len(words) else start
                if text[start:last].translate(_SHAPE) == form:
                    yield start, last, form


def _regions(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers may be: around every four digits, widened to whole words, those that touch taken together."""
    start = end = 0
    for match in _WORTHWHILE.finditer(text):
        beginning = match.start() - _MARGIN
        if beginning > end:
            if end:
                yield start, end
            start = text.find(" ", max(0, beginning), match.start()) + 1 or match.start()
        end = match.end() + _MARGIN
    if end:
        yield start, end


def compact(written: str) -> str:
    """The characters alone: letters in capitals, no separators."""
    return _NEITHER.sub("", written.upper())
