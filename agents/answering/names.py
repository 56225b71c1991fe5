"""A question and passages in, the names that are asked for and that no passage holds out.

A name is a word with a capital letter, other than the question's first: `PostgreSQL`, `Hvar`, `TBF-B`. A question of
capitals only says nothing about names. In a language that writes every noun so, a capital must stand inside the word.
"""

import re
from collections.abc import Iterable

from agents.answering.terms import STOP_WORDS, terms_of
from schemas.chunks import UNDETERMINED

_WORD = re.compile(r"[^\W_]+(?:[-.'’][^\W_]+)*")
_STEM = 5
"""Longer terms are the same name when they begin alike: `Postgres` and `PostgreSQL`, a noun and its plural."""
NOUNS_IN_CAPITALS = frozenset({"de", "lb", "nds"})


def names_of(question: str, language: str = UNDETERMINED) -> tuple[str, ...]:
    """The names in `question`, in order."""
    first, *further = _WORD.findall(question) or [""]
    content = [word for word in (first, *further) if word.casefold() not in STOP_WORDS]
    if all(word[0].isupper() for word in content if word):
        return ()
    looked_at = 1 if language in NOUNS_IN_CAPITALS else 0
    inside = [first] if any(letter.isupper() for letter in first[1:]) else []
    named = [*inside, *(word for word in further if any(letter.isupper() for letter in word[looked_at:]))]
    return tuple(word for word in dict.fromkeys(named) if word.casefold() not in STOP_WORDS)


def unknown_names(question: str, held: Iterable[frozenset[str]], language: str = UNDETERMINED) -> tuple[str, ...]:
    """Names in `question` of which a term is in none of the sets of terms `held`, which are made for `language` too."""
    named = names_of(question, language)
    if not named:
        return ()
    known = frozenset[str]().union(*held)
    beginnings = frozenset(term[:_STEM] for term in known)
    return tuple(
        name
        for name in named
        if any(term not in known and not _begins_alike(term, beginnings) for term in terms_of(name, language))
    )


def _begins_alike(term: str, beginnings: frozenset[str]) -> bool:
    return len(term) > _STEM and term[:_STEM] in beginnings
