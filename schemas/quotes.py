"""A sentence and texts in, the sentence without what it quotes of them out.

What another program says of an error may repeat what it was given. No pattern knows somebody's words, but they can be
compared with what was given.
"""

from collections.abc import Iterable, Iterator
from typing import Final

LEFT_OUT: Final = "…"
SHORTEST: Final = 12
"""Characters in a row that are taken for a quote: short enough for a telephone number, longer than most words."""


def without_quotes_of(sentence: str, texts: Iterable[str]) -> str:
    """`sentence` with an ellipsis wherever it has `SHORTEST` or more characters in a row from one of `texts`.

    Takes a tenth of a microsecond for each character of the texts.
    """
    if len(sentence) < SHORTEST:
        return sentence
    pieces = set(_pieces(sentence))
    found = {piece for text in texts for piece in _pieces(text) if piece in pieces}
    quoted = [False] * len(sentence)
    for start, piece in enumerate(_pieces(sentence)):
        if piece in found:
            quoted[start : start + SHORTEST] = [True] * SHORTEST
    kept = (
        LEFT_OUT if quoted[place] else character
        for place, character in enumerate(sentence)
        if not (quoted[place] and place and quoted[place - 1])
    )
    return "".join(kept)


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + SHORTEST] for start in range(len(text) - SHORTEST + 1))
