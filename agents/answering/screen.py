"""A question's text in, a finding out when there is nothing in it to ask."""

import unicodedata

from schemas.answers import Finding

_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Fillers that Unicode counts as letters or symbols and that show as nothing."""
_SAYS_NOTHING = frozenset("CMPZ")
"""First letters of the general categories (UAX #44) of controls, marks, punctuation and separators."""


def blank_question(text: str) -> Finding | None:
    """A `blank-question` finding when `text` has neither letter, digit nor symbol: white space, zero width, `?`."""
    if any(unicodedata.category(c)[0] not in _SAYS_NOTHING and c not in _BLANK_LETTERS for c in text):
        return None
    return Finding(rule="blank-question", reason="The question has no letter, digit or symbol in it.")
