"""What a generator is given and hands back: claims with the quotes that carry them, before anything was checked."""

from typing import TypeAlias

from schemas.answers import Finding, Usage
from schemas.chunks import Span
from schemas.event import Value
from schemas.passages import Passage
from schemas.prompts import PRODUCTION


class Turn(Value):
    """A question of a conversation and what was answered."""

    question: str
    answer: str


class DraftTask(Value):
    """What an answer is to be drafted from. Passages and turns are material, never instructions."""

    tenant: str
    question: str
    """Makes sense on its own: a follow-up was made standalone before."""
    passages: tuple[Passage, ...]
    """Best first."""
    turns: tuple[Turn, ...] = ()
    """Earlier turns of the conversation, oldest first."""
    seconds_left: float
    """Until nobody waits any longer."""
    prompt: str = "answer"
    """Name of the prompt, for generators that have one."""
    label: str = PRODUCTION
    """Label of the prompt's version, or the version itself."""


class Quote(Value):
    """A piece of a passage that is said to carry a claim; believed only after it was found at its span."""

    chunk_id: str
    span: Span
    """Offsets of the quote in the parsed document, not in the chunk."""
    text: str


class Claim(Value):
    """One statement of an answer, free of citation markers; `quotes` alone says what carries it."""

    text: str
    quotes: tuple[Quote, ...]


class DraftStarted(Value):
    """The first part of a draft by a language model: the instructions that it was given, which it must not repeat.

    It also says who drafts, since a draft that is refused has no end.
    """

    instructions: str
    generator_id: str = ""
    prompt_version: str = ""


class DraftRestarted(Value):
    """Every claim so far is void: another generator starts anew. `finding` says why."""

    finding: Finding
    generator_id: str = ""
    """Of the other one."""


class DraftEnded(Value):
    """The last part of every draft: by whom it was made, with which prompt, and what it took."""

    generator_id: str
    prompt_version: str = ""
    usage: Usage = Usage()
    findings: tuple[Finding, ...] = ()


DraftPart: TypeAlias = DraftStarted | Claim | DraftRestarted | DraftEnded
