"""Attacks on the language model in a question: instructions set aside, personas without rules, secrets asked for.

Three signals together: phrases in a dozen languages, a linear model of words and letters, and a linear head on the
question's embedding where it comes from the model that the head was trained with.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

import numpy as np

from agents.guardrails.classifier import question_score
from agents.guardrails.keywords import is_keywords
from agents.guardrails.phrases import REASONS, Phrase, phrases
from agents.guardrails.rule import Hit, Rule, RuleOptions
from agents.guardrails.view import View
from agents.guardrails.views import Views
from agents.guardrails.weights import weights
from agents.ports import Subject
from schemas.guardrails import Stage

SURE: Final = frozenset({"override", "reveal"})
"""Kinds of phrases that are looked for backwards and by ROT13 as well: chance does not write them."""
STRICT: Final = {"override": 0.6, "persona": 0.5, "reveal": 0.6}
"""Least score of a text with such a phrase where the classifier sees little: disguised, or in another language."""


class InjectionRule(Rule[RuleOptions]):
    """Attacks in questions."""

    name: ClassVar[str] = "injection"
    about: ClassVar[str] = (
        "A question that tells the language model to drop its instructions, to play somebody without rules, or to "
        "give away what it was told; also disguised or encoded. Scary words in ordinary questions pass."
    )
    stages: ClassVar[tuple[Stage, ...]] = ("question",)
    uses_vector: ClassVar[bool] = True

    def find(self, views: Views, subject: Subject) -> Sequence[Hit]:
        """One hit about the whole text, or about the phrase that gives it away."""
        if not subject.text.strip():
            return ()
        model = weights()
        found = list(found_in(views))
        if not found and is_keywords(views):
            return ()
        known = subject.embedder_id.partition("@")[0].startswith(model.embedder)
        vector = np.asarray(subject.vector, dtype=np.float32) if known and subject.vector is not None else None
        score = question_score(model, readings(views), found, vector)
        unseen = (*_hidden(views), *(phrase for phrase in found if phrase.foreign))
        score = max(score, *(STRICT.get(phrase.kind, 0.0) for phrase in unseen), 0.0)
        if not found:
            return (Hit(score, "Reads like an attack on a language model."),)
        first = found[0]
        return (Hit(score, f"It {REASONS[first.kind]}.", first.span),)


def readings(views: Views) -> tuple[View, ...]:
    """What the classifier weighs: the plain text, and what was decoded from it."""
    return (views.plain, *(view for view in views.decoded if view.text))


def found_in(views: Views) -> Iterator[Phrase]:
    """Every phrase in any reading of the text."""
    yield from phrases(views.plain)
    yield from _hidden(views)


def _hidden(views: Views) -> Iterator[Phrase]:
    """Phrases that only show when a disguise is taken off."""
    for view in (*views.decoded, *views.disguised):
        yield from phrases(view)
    for view in views.transformed:
        yield from (phrase for phrase in phrases(view) if phrase.kind in SURE)
