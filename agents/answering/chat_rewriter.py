"""A follow-up question and the turns before it in, what a language model makes of it out, if that can be believed.

The turns hold text of documents, and the model may obey it. So what it writes is used only when it is one short line
whose words come from the conversation and whose question is still the asker's; else the rules of `follow_up` decide.
"""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Final

from agents.answering.facts import facts_of
from agents.answering.follow_up import is_follow_up, standalone
from agents.answering.names import names_of, unknown_names
from agents.answering.prompting import STANDALONE, render
from agents.answering.terms import terms_of
from agents.language import language_of
from agents.ports import ChatModel, PromptBook, TokenCounter
from schemas.drafts import Turn
from schemas.failures import PermanentError, TransientError
from schemas.prompts import PRODUCTION

MOST_SECONDS: Final = 5.0
SHARE_OF_TIME: Final = 0.25
"""Of the time that is left, at most `MOST_SECONDS`: the answer itself needs the rest."""
MOST_CHARACTERS: Final = 500
_FEW_TERMS: Final = 5
"""A question with as few terms and no name may be a follow-up without showing it: "What does a ticket cost?"."""
_LABEL: Final = 2
"""Words before a colon that only announce what follows."""
_LEAST_KNOWN: Final = 0.7
"""Share of the rewritten question's terms that must come from the conversation."""


class ChatRewriter:
    """A `Rewriter` that asks a language model about what may be a follow-up, and nothing about other questions."""

    def __init__(self, chat: ChatModel, prompts: PromptBook, counter: TokenCounter) -> None:
        """`counter` estimates how long the prompt is."""
        self._chat = chat
        self._prompts = prompts
        self._counter = counter

    async def standalone(self, question: str, turns: Sequence[Turn], *, tenant: str, seconds_left: float) -> str:
        """The model's version where it can be believed, else that of the rules; `question` where it stands alone."""
        if not turns or not (is_follow_up(question, turns) or _is_vague(question)):
            return question
        try:
            written = await self._written(question, turns, tenant, min(MOST_SECONDS, SHARE_OF_TIME * seconds_left))
        except (TransientError, PermanentError):
            written = ""
        line = first_line(written)
        return line if believable(line, question, turns) else standalone(question, turns)

    async def _written(self, question: str, turns: Sequence[Turn], tenant: str, seconds: float) -> str:
        prompt = self._prompts.prompt(tenant, STANDALONE.name, PRODUCTION) or STANDALONE
        rendered = render(
            prompt,
            question=question,
            passages=(),
            turns=turns,
            language=language_of(f"{question} {turns[-1].question}"),
            parameters={},
            counter=lambda text: len(self._counter.token_ends(text)),
        )
        text = ""
        async with aclosing(self._chat.chat(rendered.messages, prompt.settings, seconds_left=seconds)) as pieces:
            async for piece in pieces:
                if isinstance(piece, str):
                    text += piece
                if len(text) > MOST_CHARACTERS or "\n" in text.strip():
                    break
        return text


def first_line(written: str) -> str:
    """The first line of a model's text, without "Rewritten question:" before it and quotation marks around it."""
    line = written.strip().partition("\n")[0].strip()
    label, colon, rest = line.partition(":")
    if colon and rest.strip() and len(label.split()) <= _LABEL:
        line = rest
    return line.strip(" \t*\"'“”„«»")


def believable(line: str, question: str, turns: Sequence[Turn]) -> bool:
    """Whether `line` is one question made of the conversation's words, about what `question` is about."""
    if not 0 < len(line) <= MOST_CHARACTERS or not line.isprintable():
        return False
    language = language_of(f"{question} {turns[-1].question}")
    said = " ".join((question, *(f"{turn.question} {turn.answer}" for turn in turns)))
    asked, known = frozenset(terms_of(question, language)), frozenset(terms_of(said, language))
    written = frozenset(terms_of(line, language))
    if not written or (asked and asked.isdisjoint(written)) or len(written & known) < _LEAST_KNOWN * len(written):
        return False
    numbers = facts_of(line, language).numbers <= facts_of(said, language).numbers
    return numbers and not unknown_names(line, [known], language)


def _is_vague(question: str) -> bool:
    language = language_of(question)
    return len(terms_of(question, language)) <= _FEW_TERMS and not names_of(question, language)
