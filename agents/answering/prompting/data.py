"""Question, passages and turns in, what a template sees of them out: fenced, numbered, and nothing but showable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from agents.answering.markers import without_references
from agents.answering.prompting.fence import Fenced, mark_for, neutralised, on_one_line
from schemas.drafts import Turn
from schemas.passages import Passage


@dataclass(frozen=True, eq=False, repr=False)
class FencedTurn:
    """A turn of the conversation."""

    question: Fenced
    answer: Fenced

    def __str__(self) -> str:
        return f"Question: {self.question}\nAnswer: {self.answer}"

    __repr__ = __str__


T = TypeVar("T")


class Shown(tuple[T, ...]):
    """Several of them; together they are shown one after the other."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n\n".join(str(each) for each in self)

    __repr__ = __str__


@dataclass(frozen=True)
class Fences:
    """All data of a prompt, fenced with one mark."""

    mark: str
    question: Fenced
    passages: Shown[Fenced]
    turns: Shown[FencedTurn]


def fence_all(question: str, passages: Sequence[Passage], turns: Sequence[Turn], *content: str) -> Fences:
    """Neutralise and fence. The mark depends on all of it, on `content` too, and occurs in none of it.

    Bracketed references such as `[12]` in passages are left out: a model that copied one would cite passage 12.
    """
    asked = neutralised(question)
    texts = [neutralised(_without_references(each.text)) for each in passages]
    titles = [on_one_line(" › ".join([*([each.title] if each.title else []), *each.heading])) for each in passages]
    said = [(neutralised(each.question), neutralised(each.answer)) for each in turns]
    mark = mark_for(asked, *texts, *titles, *(text for pair in said for text in pair), *content)
    numbered = enumerate(zip(texts, titles, strict=True), start=1)
    return Fences(
        mark,
        Fenced(asked, mark),
        Shown(Fenced(text, mark, number, title) for number, (text, title) in numbered),
        Shown(FencedTurn(Fenced(question, mark), Fenced(answer, mark)) for question, answer in said),
    )


def _without_references(text: str) -> str:
    return without_references(text)[0] if "[" in text else text
