"""What one rule is: a text in, the places it objects to out. Policies decide what follows from them.

A rule is a class with one file in `rules/`, and a line in `rules/__init__.py`. An object of it is made once for each
setting of a policy, so what depends on the options is worked out in `__init__`; `find` is then called for every text.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from agents.guardrails.views import Views
from agents.ports import Subject
from schemas.chunks import Span
from schemas.guardrails import Stage


class RuleOptions(BaseModel):
    """What a rule can be told beside its threshold. Subclasses name each option, with its type and default.

    An option that is not named, and a value of another type, are refused when a policy is read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


O = TypeVar("O", bound=RuleOptions)  # noqa: E741 - one letter, as type variables are named


@dataclass(frozen=True)
class Hit:
    """Something that a rule found in a text."""

    score: float
    """How sure the rule is, 0 to 1. A checksum that holds is 1."""
    reason: str
    """One sentence about the kind of thing that was found. Never a piece of the text: it may be somebody's secret."""
    span: Span | None = None
    """Where, as offsets into `Subject.text`; None when it is about the whole text. Only a span can be redacted."""
    placeholder: str | None = None
    """What stands in its place when it is redacted; `[redacted: NAME]`, with the rule's name, when missing."""


class Rule(ABC, Generic[O]):
    """Looks at one text for one kind of thing: pure, never waiting, in time linear in the text."""

    name: ClassVar[str]
    """As policies call it: lower case, words joined by hyphens."""
    about: ClassVar[str]
    """One sentence for people who write policies: what it finds, and what it lets pass."""
    stages: ClassVar[tuple[Stage, ...]]
    """Where it makes sense; a policy that wants it elsewhere is refused."""
    threshold: ClassVar[float] = 0.5
    """Least score of a hit that counts, unless a policy says otherwise."""
    uses_vector: ClassVar[bool] = False
    """Whether it looks at `Subject.vector` where there is one; it must work without."""
    Options: ClassVar[type[RuleOptions]] = RuleOptions
    """What it can be told."""

    def __init__(self, options: O) -> None:
        """`options` is an object of `Options`."""
        self.options = options

    @abstractmethod
    def find(self, views: Views, subject: Subject) -> Sequence[Hit]:
        """What it objects to in `subject.text`, in any order; hits below the threshold are dropped by the caller.

        `views` has readings of the text (normalised, decoded), made at most once for all rules. An exception becomes a
        finding that the text was not checked.
        """
