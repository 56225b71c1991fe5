"""A chunk and what stands around it in, the text that its vector is made of out."""

import re
import unicodedata
from functools import lru_cache

CONTEXT_TOKENS = 24
"""About how many of the embedder's tokens title and section path may take, so that the chunk keeps the rest."""

_HYPHENATED = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")
_LETTERS_PER_TOKEN = 3
"""Word pieces of English are longer, those of names and identifiers are not."""


def embedding_text(title: str | None, heading: tuple[str, ...], text: str) -> str:
    """Title and section path in one line, then the chunk; the chunk alone where there is neither.

    In search form: Unicode compatibility characters (ligatures, full-width letters) in their plain form (NFKC, UAX
    #15), no soft hyphens, words joined that a line end had hyphenated. Planning counts the tokens of exactly this, so
    it must stay a function of nothing else.
    """
    context = embedding_context(title, heading)
    return search_form(f"{context}\n{text}" if context else text)


@lru_cache(maxsize=1_024)  # asked twice for each chunk, and sections have many
def embedding_context(title: str | None, heading: tuple[str, ...]) -> str:
    """`title > section > subsection` in about `CONTEXT_TOKENS` tokens: the middle goes first, then the ends' tails."""
    path = [" ".join(part.split()) for part in heading if part.strip()]
    if title and title.strip() and " ".join(title.split()) not in path[:1]:
        path.insert(0, " ".join(title.split()))
    while len(path) > 2 and sum(map(_weight, path)) + len(path) > CONTEXT_TOKENS:  # noqa: PLR2004 - both ends
        del path[1]
    if sum(map(_weight, path)) + len(path) > CONTEXT_TOKENS:
        path = [_cut(part, CONTEXT_TOKENS / len(path) - 1) for part in path]
    return " > ".join(part for part in path if part)


def search_form(text: str) -> str:
    """`text` as it is searched for; the original stays what is stored and cited."""
    return unicodedata.normalize("NFKC", _HYPHENATED.sub("", text.replace("\u00ad", "")))


def _weight(part: str) -> float:
    return sum(map(_character_weight, part))


def _character_weight(character: str) -> float:
    plain = character.isascii() and (character.isalnum() or character == " ")
    return 1 / _LETTERS_PER_TOKEN if plain else 1.0


def _cut(part: str, budget: float) -> str:
    spent = 0.0
    for index, character in enumerate(part):
        spent += _character_weight(character)
        if spent > budget:
            return part[:index].rstrip()
    return part
