"""Question and passages in, a verdict out: whether what was found can support an answer at all.

First whether a passage is about the matter. Two signs are combined, because each alone is fooled. The cosine knows
paraphrases and rises for anything of the same field; shared terms know names and numbers, and miss paraphrases. A name
that no passage holds asks for more of the cosine. Then whether the best sentence answers: see `answerability.py`. A
language model is not asked: small ones never say no (data in docs/adr/0005).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.answering.answerability import Judged, judge
from agents.answering.code import asks_for_code
from agents.answering.names import unknown_names
from agents.answering.neighbours import merge_neighbours
from agents.answering.options import AnsweringOptions
from agents.answering.sentences import without_code
from agents.answering.terms import terms_of
from agents.language import language_of
from schemas.passages import Passage


@dataclass(frozen=True)
class Signs:
    """What speaks for answering, before any threshold."""

    passages: tuple[tuple[float, float], ...]
    """Of each passage its cosine with the question, and the share of the question's distinct terms that it holds with
    its title and headings; 0 to 1. Code counts only for a question that asks for code."""
    unknown: tuple[str, ...]
    """Names in the question that no passage holds."""
    language: str
    """Of the question: ISO 639 code, or `und`."""


@dataclass(frozen=True)
class Evidence:
    """The best passage's signs, and why they do not suffice (None when they do)."""

    similarity: float
    coverage: float
    language: str
    """Of the question: ISO 639 code, or `und`."""
    lacking: str | None
    answerability: float | None = None
    """Probability that the best sentence answers; None where the model does not judge, or a passage did not suffice."""


def weigh_evidence(question: str, passages: Sequence[Passage], options: AnsweringOptions) -> Evidence:
    """Weigh each passage on its own: terms that are scattered over several support nothing."""
    signs = signs_of(question, passages)
    if not signs.passages:
        return Evidence(0.0, 0.0, signs.language, "No passage that the asker may read was found.")
    enough = sufficient(signs, options)
    similarity, covered = max(signs.passages, key=lambda pair: (_supports(pair, options), sum(pair)))
    if not enough:
        return Evidence(similarity, covered, signs.language, _reason(signs, similarity, covered, options))
    judged = judge(question, [stretch.passage for stretch in merge_neighbours(passages)])
    if judged is None:
        return Evidence(similarity, covered, signs.language, None)
    lacking = None if judged.probability >= options.min_answerability else _unanswered(judged)
    return Evidence(similarity, covered, signs.language, lacking, judged.probability)


def _unanswered(judged: Judged) -> str:
    return (
        f"The sentence that fits the question best answers it with a probability of {judged.probability:.0%} only: "
        f"{judged.against}."
    )


def signs_of(question: str, passages: Sequence[Passage]) -> Signs:
    """The signs of each passage, in their order."""
    language = language_of(question)
    asked = frozenset(terms_of(question, language))
    code_counts = asks_for_code(question)
    held = [
        _held(passage, passage.text if code_counts else without_code(passage.text), language) for passage in passages
    ]
    pairs = tuple(
        (passage.similarity, len(asked & terms) / len(asked) if asked else 0.0)
        for passage, terms in zip(passages, held, strict=True)
    )
    return Signs(pairs, unknown_names(question, held, language), language)


def sufficient(signs: Signs, options: AnsweringOptions) -> bool:
    """Whether one passage can support an answer."""
    least = options.unknown_name_similarity if signs.unknown else -1.0
    return any(pair[0] >= least and _supports(pair, options) for pair in signs.passages)


def _held(passage: Passage, text: str, language: str) -> frozenset[str]:
    return frozenset(terms_of(" \n ".join((passage.title or "", *passage.heading, text)), language))


def _supports(pair: tuple[float, float], options: AnsweringOptions) -> bool:
    similarity, covered = pair
    if covered >= options.lexical_coverage:
        return True
    return similarity >= options.min_similarity and similarity + covered >= options.min_support


def _reason(signs: Signs, similarity: float, covered: float, options: AnsweringOptions) -> str:
    """Says of each number which passage it belongs to: the best in sum need not be the nearest."""
    if signs.unknown and _supports((similarity, covered), options):
        names = " or ".join(signs.unknown)
        return f"No passage that was found names {names}, and none is similar enough to the question to do without."
    nearest = max(each for each, _ in signs.passages)
    share = f"holds {covered:.0%} of the question's terms"
    if f"{similarity:.2f}" == f"{nearest:.2f}":
        return f"The passage nearest to the question (similarity {nearest:.2f}) {share}: too little to answer from."
    return (
        f"The passage with the best support {share} and has a similarity of {similarity:.2f}; "
        f"the nearest one ({nearest:.2f}) holds less of them: too little to answer from."
    )
