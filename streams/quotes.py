"""A reason and the event that it is about in, the reason without what it quotes of the event's texts out.

Errors that are raised on purpose hold no text; one that does all the same, because a library's words went into it,
must not carry it into dead letters, answers and logs.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic import BaseModel

from schemas.quotes import without_quotes_of

MAX_REASON: Final = 1_000
MAX_TEXT: Final = 200_000
"""What is looked at of a reason, where the rest is cut, and of each text."""
MOST_TEXT: Final = 1_000_000
"""Characters of several events that are looked through while they wait, which takes a tenth of a second."""
TEXTS: Final = frozenset({"text", "title", "comment", "content", "heading", "question", "metadata"})
"""Fields of events that hold what people wrote."""


def without_quotes(reason: str, event: BaseModel | None) -> str:
    """At most `MAX_REASON` characters of `reason`; wherever it quotes a text of the event, an ellipsis."""
    return without_quotes_of(reason[:MAX_REASON], () if event is None else (each[:MAX_TEXT] for each in _texts(event)))


def without_quotes_of_any(reason: str, events: Iterable[BaseModel]) -> str | None:
    """As `without_quotes`, of several events; None where they have too much text to be looked through."""
    texts, left = list[str](), MOST_TEXT
    for text in (text for event in events for text in _texts(event)):
        texts.append(text)
        left -= len(text)
        if left < 0:
            return None
    return without_quotes_of(reason[:MAX_REASON], texts)


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
