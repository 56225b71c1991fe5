"""Orders to a language model inside a document or a passage, where a reader expects none."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from agents.guardrails.classifier import stranger
from agents.guardrails.mentions import meant, mentioned
from agents.guardrails.phrases import REASONS, Phrase
from agents.guardrails.rule import Hit, Rule, RuleOptions
from agents.guardrails.views import Views
from agents.guardrails.weights import weights
from agents.ports import Subject
from schemas.guardrails import Stage

DIRECT: Final = {"override": 0.9, "exfiltrate": 0.8, "hide": 0.7, "address": 0.6}
"""Score of a phrase that hardly any document has; the others count once there are two kinds of them."""
TOGETHER: Final = 0.7
ALONE: Final = 0.3


class IndirectInjectionRule(Rule[RuleOptions]):
    """Orders in documents and passages."""

    name: ClassVar[str] = "indirect-injection"
    about: ClassVar[str] = (
        "An instruction or request to a language model that was planted into a document: by its phrases, and by being "
        "unlike the text around it. Texts about such attacks that quote them pass."
    )
    stages: ClassVar[tuple[Stage, ...]] = ("document", "passage")

    def find(self, views: Views, subject: Subject) -> Sequence[Hit]:
        """The phrases, and the sentence that belongs there least."""
        found = list(_found(views))
        together = len({phrase.kind for phrase in found}) > 1
        hits = [
            Hit(DIRECT.get(phrase.kind, TOGETHER if together else ALONE), f"It {REASONS[phrase.kind]}.", phrase.span)
            for phrase in found
        ]
        odd = stranger(weights(), subject.text, views.plain)
        if odd is not None and not _quoted(views, subject.text, odd.span.start, odd.span.end):
            hits.append(Hit(odd.score, "A sentence that sounds like an order does not belong there.", odd.span))
        return hits


def _found(views: Views) -> Iterator[Phrase]:
    for view in (views.plain, *views.decoded, *views.disguised):
        yield from meant(view)


def _quoted(views: Views, raw: str, start: int, end: int) -> bool:
    """Whether a piece is, or holds, what a text about attacks quotes."""
    inner = raw[start:end]
    marks = [place for place, character in enumerate(inner) if character in "\"“”«»`'‘’"]
    middle = start + (marks[0] + marks[-1]) // 2 if len(marks) > 1 else (start + end) // 2
    return mentioned(raw.lower(), middle, middle + 1) if raw.isascii() or views.plain.starts is not None else False
