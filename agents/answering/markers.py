"""A claim's text in, the same text without bracketed references out, so that only our own markers are left.

What the references name is told beside it: `[2]`, `[1, 5]` and `[passage 3]` point at numbered passages.

A source's footnote `[12]`, or a reference that a language model made up, would read as one of our citations. Code
(an index `a[3]`, anything in backticks) and links (`[text](address)`) are not references, and stay.
"""

import re
from dataclasses import dataclass
from typing import Final

from agents.answering.terms import STOP_WORDS

_NUMBERS = r"\^?[0-9]{1,4}(?:[ ]?[,;–-][ ]?[0-9]{1,4}){0,20}"
_NAMES = r"(?:doc|chunk|source|passage)[-_ :#][^\[\]\n]{1,80}|citation needed"
REFERENCE: Final = rf"\[(?:{_NUMBERS}|{_NAMES})\]"
"""Pattern of one reference, whatever the case of its letters."""
_CODE_OR_REFERENCE = re.compile(
    rf"(?P<code>```[\s\S]*?```|`[^`\n]*`)|(?P<word>\w{{0,3}})(?P<gap>[ ]?)(?P<reference>{REFERENCE})(?!\()",
    re.IGNORECASE,
)
_NUMBERED = re.compile(rf"\[(?:(?:doc|source|passage)s?[-_ :#]+)?(?P<numbers>{_NUMBERS})\]", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,4}")
_GOES_ON_AS_CODE = re.compile(r"\s?=|\.\w|\(|\[[^0-9]|_")
_SHORTEST_WORD = 3
"""A shorter name right before a bracket is taken for a variable, a longer one for a word with a footnote."""


@dataclass(frozen=True)
class References:
    """What `read_references` found."""

    text: str
    """Without them."""
    removed: int
    numbers: tuple[int, ...]
    """Of the passages that are pointed at, in order, each once; not checked against anything."""


def without_references(text: str) -> tuple[str, int]:
    """`text` without bracketed references, and how many were taken out."""
    found = read_references(text)
    return found.text, found.removed


def read_references(text: str) -> References:
    """`text` without bracketed references, and which these were."""
    references: list[str] = []

    def replace(found: re.Match[str]) -> str:
        if found["code"] or _is_index(text, found):
            return found.group()
        references.append(found["reference"])
        return found["word"]

    left = _CODE_OR_REFERENCE.sub(replace, text)
    pointed = [_NUMBERED.fullmatch(reference) for reference in references]
    numbers = [int(number) for found in pointed if found for number in _NUMBER.findall(found["numbers"])]
    return References(left, len(references), tuple(dict.fromkeys(numbers)))


def _is_index(text: str, found: re.Match[str]) -> bool:
    """Whether the bracket is glued to a name as a subscript is, rather than to a word as a footnote is."""
    word = found["word"]
    if not word or found["gap"] or not word.isascii():
        return False
    names_a_variable = len(word) < _SHORTEST_WORD and (len(word) == 1 or word.lower() not in STOP_WORDS)
    return names_a_variable or bool(_GOES_ON_AS_CODE.match(text, found.end()))
