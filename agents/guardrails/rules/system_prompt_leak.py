"""Answers that give away what the model was told: runs of words that the instructions have too."""

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from agents.guardrails.normalise import fold
from agents.guardrails.rule import Hit, Rule, RuleOptions
from agents.guardrails.views import Views
from agents.ports import Subject
from schemas.chunks import Span
from schemas.guardrails import Stage

WORDS: Final = 8
"""Words in a row that are a quotation. Fewer occur in both by chance: `answer the question from the passages`."""
FEW_WORDS: Final = 5
"""In a row, where the answer is mostly made of them."""
MOSTLY: Final = 0.6
_WORD: Final = re.compile(r"[^\W_]+")


class SystemPromptLeakRule(Rule[RuleOptions]):
    """Quotations from the instructions."""

    name: ClassVar[str] = "system-prompt-leak"
    about: ClassVar[str] = (
        "An answer that repeats what the model was told: eight words in a row of its instructions, or fewer that make "
        "up most of the answer. Words that also stand in the passages are not the instructions' own."
    )
    stages: ClassVar[tuple[Stage, ...]] = ("answer",)

    def find(self, views: Views, subject: Subject) -> Sequence[Hit]:
        """One hit, about the longest quotation."""
        if not subject.instructions:
            return ()
        words = [(match.group(), match.span()) for match in _WORD.finditer(views.plain.text)]
        secret = _runs(subject.instructions) - set().union(*(_runs(source) for source in subject.sources))
        first, last = _longest([word for word, _ in words], secret)
        length = last - first
        if length < FEW_WORDS or (length < WORDS and length < MOSTLY * len(words)):
            return ()
        span = views.plain.span(words[first][1][0], words[last - 1][1][1])
        return (Hit(1.0, "The answer repeats what the model was told.", Span(start=span.start, end=span.end)),)


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every `FEW_WORDS` words in a row of a text, folded."""
    words = _WORD.findall(fold(text))
    return {tuple(words[at : at + FEW_WORDS]) for at in range(len(words) - FEW_WORDS + 1)}


def _longest(words: Sequence[str], runs: set[tuple[str, ...]]) -> tuple[int, int]:
    """From which word to which the longest stretch goes whose runs are all in `runs`; (0, 0) when there is none."""
    best, start = (0, 0), None
    for at in range(len(words) - FEW_WORDS + 1):
        if tuple(words[at : at + FEW_WORDS]) not in runs:
            start = None
            continue
        start = at if start is None else start
        if at + FEW_WORDS - start > best[1] - best[0]:
            best = (start, at + FEW_WORDS)
    return best
