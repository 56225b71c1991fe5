"""Text of strangers in, the same text between two marks that it can't contain out: data in a prompt, not instructions.

The mark is a hash of everything that the prompt is made of, so it is the same on a replay, and no passage can close its
own fence: who writes the mark into a passage thereby changes it, and a mark that occurs in the data all the same is
passed over for the next. What only looks like a fence, or like the marks by which a model's chat template separates
roles, loses its effect by one space. Nothing but spaces is ever added, so a quote is found again by its words.
"""

import hashlib
import re
from dataclasses import dataclass
from itertools import count
from typing import Final

MARK_CHARACTERS: Final = 10
"""Forty bits: few tokens, and a guess is worth nothing, since the mark depends on the guess."""
MAX_TITLE: Final = 200

_LESS: Final = "[<\uff1c\ufe64]"
_BRACKET: Final = "[\\[\uff3b]"
_ROLES: Final = "system|user|assistant|human|instruction|instructions|input|response|tool|model|developer"
_AFTER_ITS_FIRST_CHARACTER: Final = re.compile(
    rf"{_LESS}(?=[|\uff5c])"  # <|im_start|>, <|eot_id|>, and others of that form
    rf"|{_LESS}(?=/?(?:s|bos|eos|pad|unk|think|data|tool_call|tool_response|start_of_turn|end_of_turn)\b)"
    rf"|{_LESS}(?={_LESS}/?SYS)"
    rf"|{_BRACKET}(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT)\b)"
    rf"|^[ \t]*\#(?=\#+[ \t]*(?:{_ROLES})\b)",  # ### Instruction:
    re.IGNORECASE | re.MULTILINE,
)
_TELLING: Final = frozenset("<\uff1c\ufe64[\uff3b#")
"""Most texts have none of them and need no second look."""
_SPEAKER: Final = re.compile(r"^([ \t]*(?:system|user|assistant|human))(?=[ \t]?:)", re.IGNORECASE | re.MULTILINE)
_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"  # C0, C1, bidi, tags
)
_LINE_END: Final = re.compile(r"\r\n?")


def neutralised(text: str) -> str:
    """`text` without control characters, and with a space in whatever a chat template would take for its own."""
    text = _CONTROLS.sub(" ", _LINE_END.sub("\n", text))
    if not _TELLING.isdisjoint(text):
        text = _AFTER_ITS_FIRST_CHARACTER.sub(r"\g<0> ", text)
    return _SPEAKER.sub(r"\1 ", text) if ":" in text else text


def mark_for(*content: str) -> str:
    """The mark of a prompt's fences: a hash of all of `content`, which occurs in none of it."""
    digest = hashlib.sha256()
    for each in content:
        encoded = each.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    lowered = [each.lower() for each in content]
    for number in count():
        tried = digest.copy()
        tried.update(number.to_bytes(8, "big"))
        mark = tried.hexdigest()[:MARK_CHARACTERS]
        if not any(mark in each for each in lowered):
            return mark
    raise AssertionError("unreachable: the numbers do not end")


def on_one_line(text: str) -> str:
    """A title as it stands on a fence: neutralised, at most `MAX_TITLE` characters, without quotation marks."""
    return " ".join(neutralised(text).replace('"', "'").split())[:MAX_TITLE]


@dataclass(frozen=True, eq=False, repr=False)
class Fenced:
    """A piece of data as a template gets it: it can be shown, whole and fenced, and nothing else."""

    _text: str
    _mark: str
    number: int = 0
    """Of a passage, from 1; what an answer cites. 0 for anything else."""
    _title: str = ""

    def __str__(self) -> str:
        title = f' title="{self._title}"' if self._title else ""
        number = f"[{self.number}] " if self.number else ""
        # Small models copy what stands on a line of its own right before they write.
        end = "\n" if self.number or "\n" in self._text else ""
        return f"{number}<data {self._mark}{title}>{end}{self._text}{end}</data {self._mark}>"

    __repr__ = __str__
