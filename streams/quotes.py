"""A reason and the event that it is about in, the reason without what it quotes of the event's texts out.

Errors that are raised on purpose hold no text; one that does all the same, because a library's words went into it,
must not carry it into dead letters, answers and logs.
"""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

LEFT_OUT: Final = "…"
SHORTEST: Final = 12
"""Characters in a row that are taken for a quote: short enough for a telephone number, longer than most words."""
MAX_REASON: Final = 1_000
MAX_TEXT: Final = 200_000
"""What is looked at of a reason, where the rest is cut, and of each text."""
TEXTS: Final = frozenset({"text", "title", "comment", "content", "heading", "question", "metadata"})
"""Fields of events that hold what people wrote."""


def without_quotes(reason: str, event: BaseModel | None) -> str:
    """At most `MAX_REASON` characters of `reason`; wherever it has `SHORTEST` or more from a text, an ellipsis."""
    reason = reason[:MAX_REASON]
    if event is None or len(reason) < SHORTEST:
        return reason
    pieces = {reason[start : start + SHORTEST] for start in range(len(reason) - SHORTEST + 1)}
    found = {piece for text in _texts(event) for piece in _pieces(text[:MAX_TEXT]) if piece in pieces}
    quoted = [False] * len(reason)
    for start in range(len(reason) - SHORTEST + 1):
        if reason[start : start + SHORTEST] in found:
            quoted[start : start + SHORTEST] = [True] * SHORTEST
    kept = (
        LEFT_OUT if quoted[place] else character
        for place, character in enumerate(reason)
        if not (quoted[place] and place and quoted[place - 1])
    )
    return "".join(kept)


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + SHORTEST] for start in range(len(text) - SHORTEST + 1))


def _texts(value: Any, *, wanted: bool = False) -> Iterator[str]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), wanted=name in TEXTS)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each, wanted=wanted)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each, wanted=wanted)
    elif wanted and isinstance(value, bytes):
        yield value[:MAX_TEXT].decode("utf-8", "replace")
    elif wanted and isinstance(value, str):
        yield value
