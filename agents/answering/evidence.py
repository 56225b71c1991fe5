"""Question and passages in, a verdict out: whether what was found can support an answer at all.

Two signs are combined, because each alone is fooled. The cosine knows paraphrases and rises for anything of the same
field; shared terms know names and numbers, and miss paraphrases. A language model is not asked: small ones never say
no (data in docs/adr/0005).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.answering.options import AnsweringOptions
from agents.answering.terms import terms_of
from schemas.passages import Passage


@dataclass(frozen=True)
class Evidence:
    """The best passage's signs, and why they do not suffice (None when they do)."""

    similarity: float
    coverage: float
    """Share of the question's distinct terms that one passage, its title and headings hold; 0 to 1."""
    lacking: str | None


def weigh_evidence(question: str, passages: Sequence[Passage], options: AnsweringOptions) -> Evidence:
    """Weigh each passage on its own: terms that are scattered over several support nothing."""
    weighed = signs(question, passages)
    if not weighed:
        return Evidence(0.0, 0.0, "No passage that the asker may read was found.")
    similarity, covered = max(weighed, key=lambda pair: (sufficient(pair[0], pair[1], options), sum(pair)))
    suffices = sufficient(similarity, covered, options)
    return Evidence(similarity, covered, None if suffices else _reason(similarity, covered))


def signs(question: str, passages: Sequence[Passage]) -> list[tuple[float, float]]:
    """Of each passage: its cosine with the question, and the share of the question's terms that it holds."""
    asked = frozenset(terms_of(question))
    return [(passage.similarity, coverage(asked, passage)) for passage in passages]


def coverage(asked: frozenset[str], passage: Passage) -> float:
    """Share of the terms `asked` that `passage` holds; 0 when nothing but stop words was asked."""
    if not asked:
        return 0.0
    held = frozenset(terms_of(" \n ".join((passage.title or "", *passage.heading, passage.text))))
    return len(asked & held) / len(asked)


def sufficient(similarity: float, covered: float, options: AnsweringOptions) -> bool:
    """Whether one passage with these signs can support an answer."""
    if covered >= options.lexical_coverage:
        return True
    return similarity >= options.min_similarity and similarity + covered >= options.min_support


def _reason(similarity: float, covered: float) -> str:
    return (
        f"The best passage holds {covered:.0%} of the question's terms at a similarity of {similarity:.2f}, "
        "which is too little to answer from."
    )
