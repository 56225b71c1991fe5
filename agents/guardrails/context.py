"""A place in a text in, whether words around it say what stands there out: a number alone rarely says what it is."""

from typing import Final

import re2

BEFORE: Final = 48
"""Characters that are read before a place, about eight words."""
AFTER: Final = 24


class Words:
    """A list of words and phrases that is looked for around a place, whatever their case."""

    def __init__(self, words: str, *, before: int = BEFORE, after: int = AFTER) -> None:
        """`words` with spaces between; `_` stands for the space in a phrase, a last `*` for any ending of a word."""
        phrases = sorted((word.replace("_", " ") for word in words.split()), key=len, reverse=True)
        self._pattern = re2.compile(f"(?i){'|'.join(_bounded(phrase) for phrase in phrases)}")
        self._before = before
        self._after = after

    def near(self, text: str, start: int, end: int) -> bool:
        """Whether one stands before `start` or after `end`, near enough."""
        return self.before(text, start) >= 0 or bool(self._pattern.search(text[end : end + self._after]))

    def before(self, text: str, start: int) -> int:
        """Offset in `text` where the last one before `start` ends; -1 when there is none near enough."""
        beginning = max(0, start - self._before)
        last = -1
        for match in self._pattern.finditer(text[beginning:start]):
            last = beginning + match.end()
        return last

    def places(self, text: str) -> list[tuple[int, int]]:
        """Start and end of each one in `text`."""
        return [match.span() for match in self._pattern.finditer(text)]

    def within(self, text: str) -> bool:
        """Whether one stands anywhere in `text`."""
        return bool(self._pattern.search(text))


def _bounded(word: str) -> str:
    """RE2 knows the edges of ASCII words alone; scripts such as Japanese have none."""
    stem = word.removesuffix("*")
    left = r"\b" if stem[0].isascii() and stem[0].isalnum() else ""
    right = r"\b" if stem[-1].isascii() and stem[-1].isalnum() and stem == word else ""
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
