"""A question and the sentence that fits it best in, how likely that sentence answers it out.

Shared terms and cosines say that a text is about the same matter. A question that swaps a name, a number or a word for
its opposite is about the same matter too, and has no answer there. So this looks at what the sentence lacks or denies,
and a logistic model weighs it. `bench/answerability.py` fits the weights on one half of SQuAD 2.0's articles and judges
them on the other: see docs/adr/0015.
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from agents.answering.expectations import lacks_the_expected
from agents.answering.extractive import choose_sentences
from agents.answering.names import names_of
from agents.answering.opposites import negated, turned_around
from agents.answering.scoring import ScoredSentence
from agents.answering.sentences import split_sentences
from agents.answering.terms import STOP_WORDS, stem, terms_of, weights, words_of
from agents.language import language_of
from schemas.chunks import UNDETERMINED
from schemas.passages import Passage

_ENGLISH: Final = "en"
_JUDGED_LANGUAGES: Final = frozenset({_ENGLISH, UNDETERMINED})
_ASKS: Final = re.compile(r"\b(?:what|who|whom|whose|when|where|which|why|how)\b", re.IGNORECASE)
_KINDS: Final = frozenset({"prose", "item"})
_SAME_BEGINNING: Final = 5
"""Letters from which two longer terms are taken for the same: `emigrate` and `emigrants`."""
_NUMBER: Final = re.compile(r"(?<!\w)[0-9](?:[0-9.,]*[0-9])?")  # the 2 of OAuth2 is part of a name
_NAME: Final = re.compile(r"\b[A-Z][\w'’-]+")


class Fit(NamedTuple):
    """What the model weighs, each from 0 to 1 but for the cosine."""

    similarity: float
    """Cosine of the sentence's passage."""
    coverage: float
    """Share of the question's weight that the sentence holds."""
    elsewhere: float
    """Share of its terms that the passage holds, but not near the sentence."""
    negated: float
    """1 when the question denies and the sentence does not."""
    opposite: float
    """1 when the opposite of a word of the question stands there instead."""
    name_missing: float
    """1 when a name in the question is not near the sentence."""
    name_swapped: float
    """1 when a name is not in the sentence, and another one is."""
    number_missing: float
    number_swapped: float
    unexpected: float
    """1 when what such a question asks for is not in the sentence: a number, a time, a name."""


class Judged(NamedTuple):
    """How likely a sentence answers, and what speaks most against it."""

    probability: float
    against: str


WEIGHTS: Final = Fit(
    similarity=3.27,
    coverage=0.71,
    elsewhere=-0.92,
    negated=-2.96,
    opposite=-2.48,
    name_missing=-0.73,
    name_swapped=-0.28,
    number_missing=-0.96,
    number_swapped=-1.04,
    unexpected=-0.42,
)
BIAS: Final = -1.72


_SAYS: Final[Mapping[str, str]] = {
    "negated": "the question denies what it states",
    "opposite": "it says the opposite of a word in the question",
    "name_missing": "a name in the question is not near it",
    "name_swapped": "it names another than the question",
    "number_missing": "a number in the question is not in it",
    "number_swapped": "it has another number than the question",
    "unexpected": "what the question asks for is not in it",
}
"""What speaks against a sentence, in words. A low cosine or coverage says no more than that little speaks for it."""


def judge(question: str, passages: Sequence[Passage]) -> Judged | None:
    """The judgement of the best sentence of `passages`.

    None where the model has nothing to say: for a question that is not an English one with a question word (to a
    yes-or-no question, a sentence that says the opposite is an answer), and where the best is no sentence of prose.
    """
    best = best_sentence(question, passages)
    if best is None:
        return None
    fit = fit_of(question, best, passages)
    return Judged(probability(fit), _against(fit))


def probability(fit: Fit, bias: float = BIAS, weights: Fit = WEIGHTS) -> float:
    """The logistic function of the weighed signs, 0 to 1."""
    return 1 / (1 + math.exp(-bias - sum(weight * value for weight, value in zip(weights, fit, strict=True))))


def best_sentence(question: str, passages: Sequence[Passage]) -> ScoredSentence | None:
    """The sentence to judge, None where the model has nothing to say."""
    if not _ASKS.search(question) or language_of(question) not in _JUDGED_LANGUAGES:
        return None
    best = max(choose_sentences(question, passages), key=lambda scored: scored.score, default=None)
    return best if best is not None and best.sentence.kind in _KINDS else None


def fit_of(question: str, best: ScoredSentence, passages: Sequence[Passage]) -> Fit:
    """How the sentence `best` of `passages` fits the question."""
    passage = passages[best.rank]
    around = f"{passage.title or ''}\n{' '.join(passage.heading)}\n{_before(best, passage)}"
    asked, own, whole = _keys(question), _keys(best.text), _keys(f"{around}\n{passage.text}")
    near = own | _keys(around)
    weighed = weights(asked, [_keys(f"{each.title or ''}\n{' '.join(each.heading)}\n{each.text}") for each in passages])
    names, numbers = _keys(" ".join(names_of(question, _ENGLISH))), _numbers(question)
    said = frozenset(words_of(question)) | STOP_WORDS
    other_names = any(not said.issuperset(words_of(name)) for name in _NAME.findall(best.text))
    missing_numbers = numbers - _numbers(best.text)
    return Fit(
        similarity=passage.similarity,
        coverage=sum(weight for key, weight in weighed.items() if key in own) / (sum(weighed.values()) or 1.0),
        elsewhere=len(asked & (whole - near)) / max(1, len(asked)),
        negated=float(negated(question) and not negated(best.text)),
        opposite=float(bool(turned_around(_stems(question), _stems(f"{best.text}\n{_before(best, passage)}")))),
        name_missing=float(not names <= near),
        name_swapped=float(not names <= own and other_names),
        number_missing=float(bool(missing_numbers)),
        number_swapped=float(bool(missing_numbers) and not _numbers(best.text) <= numbers),
        unexpected=float(lacks_the_expected(question, best.text)),
    )


def _against(fit: Fit) -> str:
    """What lowers the judgement most."""
    lowering = {name: getattr(WEIGHTS, name) * getattr(fit, name) for name in _SAYS}
    worst = min(lowering, key=lowering.__getitem__)
    return _SAYS[worst] if lowering[worst] < 0 else f"it holds {fit.coverage:.0%} of what the question says"


def _before(best: ScoredSentence, passage: Passage) -> str:
    """The sentence before, which often has the name that a pronoun stands for."""
    before = [each for each in split_sentences(passage.text) if each.end <= best.sentence.start]
    return passage.text[before[-1].start : before[-1].end] if before else ""


def _keys(text: str) -> frozenset[str]:
    """Terms of English, without accents, cut so that words of one root mostly agree."""
    return frozenset(_plain(term)[:_SAME_BEGINNING] for term in terms_of(text, _ENGLISH))


def _plain(term: str) -> str:
    if term.isascii():
        return term
    return "".join(each for each in unicodedata.normalize("NFD", term) if not unicodedata.combining(each))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word, _ENGLISH) for word in words_of(text))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(text))
