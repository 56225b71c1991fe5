"""A claim's text in, the same text without bracketed references out, so that only our own markers are left.

A source's footnote `[12]`, or a reference that a language model made up, would read as one of our citations. Code
(an index `a[3]`, anything in backticks) and links (`[text](address)`) are not references, and stay.
"""

import re

from agents.answering.terms import STOP_WORDS

_NUMBERS = r"\^?[0-9]{1,4}(?:[ ]?[,;–-][ ]?[0-9]{1,4}){0,20}"
_NAMES = r"(?:doc|chunk|source|passage)[-_ :#][^\[\]\n]{1,80}|citation needed"
_CODE_OR_REFERENCE = re.compile(
    rf"(?P<code>```[\s\S]*?```|`[^`\n]*`)|(?P<word>\w{{0,3}})(?P<gap>[ ]?)\[(?:{_NUMBERS}|{_NAMES})\](?!\()",
    re.IGNORECASE,
)
_GOES_ON_AS_CODE = re.compile(r"\s?=|\.\w|\(|\[[^0-9]|_")
_SHORTEST_WORD = 3
"""A shorter name right before a bracket is taken for a variable, a longer one for a word with a footnote."""


def without_references(text: str) -> tuple[str, int]:
    """`text` without bracketed references, and how many were taken out."""
    removed = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal removed
        if found["code"] or _is_index(text, found):
            return found.group()
        removed += 1
        return found["word"]

    return _CODE_OR_REFERENCE.sub(replace, text), removed


def _is_index(text: str, found: re.Match[str]) -> bool:
    """Whether the bracket is glued to a name as a subscript is, rather than to a word as a footnote is."""
    word = found["word"]
    if not word or found["gap"] or not word.isascii():
        return False
    names_a_variable = len(word) < _SHORTEST_WORD and (len(word) == 1 or word.lower() not in STOP_WORDS)
    return names_a_variable or bool(_GOES_ON_AS_CODE.match(text, found.end()))
