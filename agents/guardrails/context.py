"""A place in a text in, whether words around it say what stands there out: a number alone rarely says what it is."""

from bisect import bisect_left, bisect_right
from typing import Final

import re2

BEFORE: Final = 48
"""Characters that are read before a place, about eight words."""
AFTER: Final = 24


class Words:
    """A list of words and phrases that is looked for in texts, whatever their case."""

    def __init__(self, words: str, *, before: int = BEFORE, after: int = AFTER) -> None:
        """`words` with spaces between; `_` stands for the space in a phrase, a last `*` for any ending of a word."""
        phrases = sorted((word.replace("_", " ") for word in words.split()), key=len, reverse=True)
        self._pattern = re2.compile(f"(?i){'|'.join(_bounded(phrase) for phrase in phrases)}")
        self.reach = (before, after)
        """Characters before and after a place that are near it."""

    def places(self, text: str) -> list[tuple[int, int]]:
        """Start and end of each one in `text`."""
        return [match.span() for match in self._pattern.finditer(text)]

    def within(self, text: str) -> bool:
        """Whether one stands anywhere in `text`."""
        return bool(self._pattern.search(text))


class Reading:
    """A text, with where words stand in it: each list is looked for in one pass, when it is first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: dict[Words, tuple[list[int], list[int]]] = {}

    def before(self, words: Words, start: int) -> int:
        """Where the last of `words` before `start` ends; -1 when there is none near enough."""
        starts, ends = self._places(words)
        at = bisect_right(ends, start) - 1
        return ends[at] if at >= 0 and starts[at] >= start - words.reach[0] else -1

    def near(self, words: Words, start: int, end: int) -> bool:
        """Whether one of `words` stands before `start` or after `end`, near enough."""
        if self.before(words, start) >= 0:
            return True
        starts, ends = self._places(words)
        at = bisect_left(starts, end)
        return at < len(ends) and ends[at] <= end + words.reach[1]

    def _places(self, words: Words) -> tuple[list[int], list[int]]:
        if words not in self._found:
            places = words.places(self.text)
            self._found[words] = ([start for start, _ in places], [end for _, end in places])
        return self._found[words]


def _bounded(word: str) -> str:
    """RE2 knows the edges of ASCII words alone; scripts such as Japanese have none."""
    stem = word.removesuffix("*")
    left = r"\b" if stem[0].isascii() and stem[0].isalnum() else ""
    right = r"\w*" if stem != word else r"\b" if stem[-1].isascii() and stem[-1].isalnum() else ""
    return f"{left}{re2.escape(stem)}{right}"


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` is no piece of a longer word or number, a decimal, a hash or an identifier."""
    return not _joined(text[max(0, start - 2) : start][::-1]) and not _joined(text[end : end + 2])


def _joined(neighbours: str) -> bool:
    """Whether the nearest character, or the two nearest, belong to the same word."""
    if not neighbours:
        return False
    nearest = neighbours[0]
    if nearest.isascii() and (nearest.isalnum() or nearest == "_"):
        return True
    return nearest in "-.,/:" and neighbours[1:].isdigit()
