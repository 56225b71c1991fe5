"""A folded reading in, the phrases out by which a text gives orders to a language model: RE2, so in linear time.

Patterns are written for text as `agents.guardrails.normalise` leaves it: lower case, no accents (`й` is `и`).
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple

import re2

from agents.guardrails.phrases_english import ENGLISH
from agents.guardrails.phrases_european import EUROPEAN
from agents.guardrails.phrases_other import OTHER
from agents.guardrails.view import View
from schemas.chunks import Span

LANGUAGES: Final = ("de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "zh")
"""Languages that have phrases."""
REASONS: Final = {
    "override": "asks to set earlier instructions aside",
    "persona": "asks for a persona without rules",
    "reveal": "asks for the instructions or secrets that a model was given",
    "turn": "imitates the marks between messages of a chat",
    "exfiltrate": "asks to send data elsewhere",
    "force": "dictates what has to be answered",
    "address": "speaks to a language model rather than to a reader",
    "hide": "asks to keep something from the user",
}
"""Each kind of phrase, and what it does. In this order they are features of the classifier."""
FOREIGN: Final = (*EUROPEAN, *OTHER)
KINDS: Final = tuple(REASONS)


_BEFORE: Final = 24
_OWN: Final = re.compile(r"\b(?:i|we|he|she|they|it|somebody|someone|users?|employees?|drivers?|people) (?:\w+ )?$")
"""Whose act it is when it is not the model's: `if I disregard the safety instructions` asks for nothing."""


class Phrase(NamedTuple):
    """A phrase that was found."""

    kind: str
    span: Span
    """Where in the raw text."""
    start: int
    """Where in the reading."""
    end: int
    foreign: bool = False
    """Whether it is in another language than English, of which the classifier knows nothing."""


@cache
def _compiled() -> tuple["re2.Set", tuple[tuple[str, Any], ...]]:
    """All patterns as one automaton, which says which of them occur, and one by one, for where."""
    options = re2.Options()
    options.max_mem = 64 << 20
    together = re2.Set.SearchSet(options)
    alone = []
    for kind, pattern in (*ENGLISH, *FOREIGN):
        together.Add(pattern)
        alone.append((kind, re2.compile(pattern, options)))
    together.Compile()
    return together, tuple(alone)


def phrases(view: View, is_meant: Callable[[str, int, int], bool] = lambda *_: True) -> Iterator[Phrase]:
    """For each pattern that occurs in `view`, in their order, the first occurrence that asks the model for something.

    `is_meant` is asked of a text and a place in it. One that is not meant does not hide another that is.
    """
    together, alone = _compiled()
    text = view.text
    for number in sorted(together.Match(text) or ()):
        kind, pattern = alone[number]
        for match in pattern.finditer(text):
            start, end = match.span()
            if end > start and not _OWN.search(text[max(0, start - _BEFORE) : start]) and is_meant(text, start, end):
                yield Phrase(kind, view.span(start, end), start, end, foreign=number >= len(ENGLISH))
                break
