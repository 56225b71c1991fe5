"""A prompt and its data in, messages for a language model out, within the prompt's budget of tokens."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agents.answering.prompting.budget import Fitting, fit
from agents.answering.prompting.built_in import NO_ANSWER
from agents.answering.prompting.data import Fences, fence_all
from agents.answering.prompting.failures import PromptError
from agents.answering.prompting.language_names import language_name
from agents.answering.prompting.parameters import Parameter, settled
from agents.answering.prompting.templates import compiled, fill
from agents.answering.prompting.tokens import Counter
from schemas.drafts import Turn
from schemas.passages import Passage
from schemas.prompts import Message, PromptPublished

MOST_TURNS: Final = 20
"""Earlier ones are left out."""


@dataclass(frozen=True)
class Rendered:
    """What a language model is told."""

    messages: tuple[Message, ...]
    passages: tuple[Passage, ...]
    """Those that are shown, in order; the first is number 1. The text of one that was cut ends where it was cut."""
    dropped: int
    """Passages that did not fit, the weakest."""
    cut: bool
    """Whether the only passage left had to end early, after a sentence."""
    tokens: int
    """Estimate of what the messages take."""
    instructions: str
    """The messages without data: what an answer must not give away."""


def render(
    prompt: PromptPublished,
    *,
    question: str,
    passages: Sequence[Passage],
    turns: Sequence[Turn],
    language: str,
    parameters: Mapping[str, Parameter],
    counter: Counter,
) -> Rendered:
    """Fill in a prompt. `passages` come best first, `turns` oldest first; `language` is an ISO 639 code or `und`.

    `counter` counts tokens of a text; a margin is added. Equal arguments give equal messages. A prompt that shows no
    passages gives back none, and none as dropped.

    Raises `PromptError` when the prompt cannot be filled in, or does not fit even without passages and turns.
    """
    filling = _Filling(prompt, language, settled(prompt, parameters))
    shown = passages if filling.uses("passages") else ()
    said = turns[-MOST_TURNS:] if filling.uses("turns") else ()
    fitting = fit(
        lambda few, some: filling.contents(question, few, some), shown, said, prompt.settings.max_input_tokens, counter
    )
    return filling.rendered(question, fitting, len(shown))


@dataclass(frozen=True)
class _Filling:
    """A prompt with everything settled but the data."""

    prompt: PromptPublished
    language: str
    values: Mapping[str, Parameter]

    def uses(self, name: str) -> bool:
        return any(name in compiled(each.template, frozenset(self.values))[1] for each in self.prompt.messages)

    def contents(self, question: str, passages: Sequence[Passage], turns: Sequence[Turn]) -> list[str]:
        """The text of each message."""
        return self._filled(self._fences(question, passages, turns))

    def rendered(self, question: str, fitting: Fitting, offered: int) -> Rendered:
        fences = self._fences(question, fitting.passages, fitting.turns)
        contents = self._filled(fences)
        self._check_all_shown(fences, contents)
        messages = tuple(
            Message(role=each.role, content=content)
            for each, content in zip(self.prompt.messages, contents, strict=True)
            if content.strip()
        )
        if not messages:
            raise PromptError(f"the prompt {self.prompt.name} has nothing to say with these values")
        # The mark stands nowhere but in fences.
        around = re.compile(rf"(?:\[\d+\] )?<data {fences.mark}.*?</data {fences.mark}>", re.DOTALL)
        return Rendered(
            messages,
            tuple(fitting.passages),
            offered - len(fitting.passages),
            fitting.cut,
            fitting.tokens,
            around.sub("", "\n".join(each.content for each in messages)),
        )

    def _fences(self, question: str, passages: Sequence[Passage], turns: Sequence[Turn]) -> Fences:
        texts = [value for value in self.values.values() if isinstance(value, str)]
        return fence_all(question, passages, turns, self.prompt.version, self.language, *texts)

    def _filled(self, fences: Fences) -> list[str]:
        values = {
            **self.values,
            "question": fences.question,
            "passages": fences.passages,
            "turns": fences.turns,
            "language": language_name(self.language),
            "no_answer": NO_ANSWER,
        }
        return [
            fill(compiled(each.template, frozenset(self.values))[0], values).strip() for each in self.prompt.messages
        ]

    def _check_all_shown(self, fences: Fences, contents: Sequence[str]) -> None:
        together = "\n".join(contents)
        missing = [each.number for each in fences.passages if str(each) not in together]
        if missing:
            raise PromptError(
                f"the prompt {self.prompt.name} does not show passage {missing[0]} of {len(fences.passages)}: "
                "show all that it is given, or none"
            )
