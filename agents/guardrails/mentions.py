"""A text in, the phrases of attacks in it out, without those it only talks about: an article about attacks is none."""

import re
from collections.abc import Iterator
from typing import Final

from agents.guardrails.phrases import Phrase, phrases
from agents.guardrails.view import View

_SUBJECT: Final = re.compile(
    r"injection|jail ?break|adversarial|attack(?:er|s\b|ing)|red[- ]team|malicious|owasp|phishing|guardrail|"
    r"(?:phrases?|strings?|prompts?|sentences?|texts?|messages?|payloads?|commands?|inputs?) (?:such as|like|saying)|"
    r"for example|e\.g\.|angreifer|angriff|attaque|ataque|attacco|aanval|атак|инъекци|攻击|攻擊|攻撃|注入"
)
_OPENING: Final = "\"'“‘«„‹`「『(["
_CLOSING: Final = "\"'”’»“›`」』)]"
_AROUND: Final = 300
"""Characters on either side in which it shows that the text is about attacks."""
_QUOTED: Final = 60
"""Characters on either side within which quotation marks open and close."""


def meant(view: View) -> Iterator[Phrase]:
    """The phrases of `view`, without occurrences that are quoted by a text about attacks."""
    return phrases(view, lambda text, start, end: not mentioned(text, start, end))


def mentioned(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` stands in quotation marks in a text about attacks on language models."""
    before, after = text[max(0, start - _QUOTED) : start], text[end : end + _QUOTED]
    opened = any(mark in before for mark in _OPENING) or text[start : start + 1] in _OPENING
    if not (opened and any(mark in after for mark in _CLOSING)):
        return False
    around = text[max(0, start - _AROUND) : start] + " " + text[end : end + _AROUND]
    return _SUBJECT.search(around) is not None
