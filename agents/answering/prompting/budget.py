"""More data than fits in, what is worth its tokens out: earlier turns go first, then passages, the weakest first.

The question was made standalone before, so an old turn helps less than any passage. No passage ends within a sentence:
only when the best one alone is too long, it is cut after a sentence.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from agents.answering.prompting.failures import PromptError
from agents.answering.prompting.tokens import Counter, estimated_tokens, messages_tokens
from agents.answering.sentences import split_sentences
from schemas.chunks import Span
from schemas.drafts import Turn
from schemas.passages import Passage

FENCE_TOKENS: Final = 100
"""More than fences and titles take. What is dropped is taken for this much more, so that no more is dropped at once
than has to be; it is counted anew each time."""

Contents = Callable[[Sequence[Passage], Sequence[Turn]], Sequence[str]]
"""The texts of the messages that show these."""


@dataclass(frozen=True)
class Fitting:
    """What fits, and the tokens that it takes."""

    passages: Sequence[Passage]
    turns: Sequence[Turn]
    tokens: int
    cut: bool


def fit(
    contents: Contents, passages: Sequence[Passage], turns: Sequence[Turn], limit: int, counter: Counter
) -> Fitting:
    """As many turns and passages as fit into `limit` tokens.

    Raises `PromptError` when the messages do not fit without any.
    """
    cut = False
    while (tokens := messages_tokens(contents(passages, turns), counter)) > limit:
        excess = tokens - limit
        if turns:
            turns = turns[_enough([f"{each.question}\n{each.answer}" for each in turns], excess, counter) :]
        elif len(passages) > 1:
            gone = _enough([each.text for each in reversed(passages)], excess, counter)
            passages = passages[: max(1, len(passages) - gone)]
        elif passages:
            passages = _shortened(passages[0], excess, counter)
            cut = bool(passages)
        else:
            raise PromptError(
                f"the prompt and the question alone take some {tokens:,} tokens, and max_input_tokens is {limit:,}"
            )
    return Fitting(passages, turns, tokens, cut)


def _enough(texts: Sequence[str], excess: int, counter: Counter) -> int:
    """How many of them, from the first on, take `excess` tokens together; at least one."""
    taken = 0
    for number, text in enumerate(texts, start=1):
        taken += estimated_tokens(text, counter) + FENCE_TOKENS
        if taken >= excess:
            return number
    return len(texts)


def _shortened(passage: Passage, excess: int, counter: Counter) -> Sequence[Passage]:
    """The sentences at the passage's beginning that take `excess` tokens less; none when not even one does."""
    room = estimated_tokens(passage.text, counter) - excess
    ends = [sentence.end for sentence in split_sentences(passage.text)][:-1]
    count = bisect_right(ends, room, key=lambda end: estimated_tokens(passage.text[:end], counter))
    if not count:
        return ()
    text = passage.text[: ends[count - 1]]
    span = Span(start=passage.span.start, end=passage.span.start + len(text))
    return (passage.model_copy(update={"text": text, "span": span}),)
