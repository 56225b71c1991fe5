"""Messages in, how many tokens they take at most out, estimated: the language model's own tokenizer is not at hand.

What counts is the embedder's tokenizer, when there is one. It reads English much as language models do, but takes a
whole word of a script that it does not know for one token. So a text is never taken for shorter than its bytes allow:
`BYTES_PER_TOKEN` and `MARGIN` are measured, see ADR 14.
"""

from collections.abc import Callable, Iterable
from math import ceil
from typing import Final

Counter = Callable[[str], int]

MARGIN: Final = 1.2
ASCII_BYTES_PER_TOKEN: Final = 6.0
OTHER_BYTES_PER_TOKEN: Final = 2.0
MESSAGE_TOKENS: Final = 8
"""What a chat template puts around each message."""


def estimated_tokens(text: str, counter: Counter) -> int:
    """At least as many tokens as a language model makes of `text`, for most texts and models."""
    characters, size = len(text), len(text.encode("utf-8", "surrogatepass"))
    others = size - sum(character < "\x80" for character in text) if size > characters else 0
    floor = (size - others) / ASCII_BYTES_PER_TOKEN + others / OTHER_BYTES_PER_TOKEN
    return ceil(max(counter(text), floor) * MARGIN)


def messages_tokens(contents: Iterable[str], counter: Counter) -> int:
    """The same for the messages of a chat."""
    return sum(estimated_tokens(content, counter) + MESSAGE_TOKENS for content in contents)
