"""Text in, comparable terms out: stems of content words, and character pairs where a script writes no spaces.

Stems are those of Snowball's stemmer for the question's language, of the English one ("Porter 2") where it has none.
The words of passages are treated as the question's are, so both sides of a comparison are alike. What is common in a
language that has no stop words is made light by its weight, see `weights`.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import Stemmer

from schemas import languages
from schemas.chunks import UNDETERMINED
from schemas.languages import SNOWBALL

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Kana, Han; Hangul too, whose particles hang on to their words."""
_TOKEN = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[^\W_])+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_CACHED_WORDS = 65_536

_STOP_WORDS_TEXT = """
a about above after again all also am an and any are as at be been being below between both but by can could did
do does doing don down during each few for from further had has have having he her here hers him his how i if in
into is it its itself just ll me more most my no nor not now of off on once only or other our out over own
please re s same she should so some such t than that the their them then there these they this those through to
too under until up us ve very was we were what when where which while who whom whose why will with would you
your tell explain give describe
"""
STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
_ENGLISH = "english"


def words_of(text: str) -> list[str]:
    """Case-folded words and unspaced runs of `text`, in order, stop words included."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _TOKEN.findall(folded.casefold())


def terms_of(text: str, language: str = UNDETERMINED) -> list[str]:
    """Terms of `text` in order, without stop words, by the rules of the language with that ISO 639 code."""
    algorithm = SNOWBALL.get(language, _ENGLISH)
    stopped = STOP_WORDS if algorithm == _ENGLISH else languages.STOP_WORDS.get(language, frozenset())
    terms: list[str] = []
    for word in words_of(text):
        if word in stopped:
            continue
        if _IS_UNSPACED.match(word):
            terms.extend(_pairs(word))
        else:
            terms.append(_stem(word, algorithm))
    return terms


def stem(word: str, language: str = UNDETERMINED) -> str:
    """The stem of one case-folded word, stop words included, by the rules of the language with that ISO 639 code."""
    return _stem(word, SNOWBALL.get(language, _ENGLISH))


def weights(terms: Iterable[str], passages: Sequence[frozenset[str]]) -> dict[str, float]:
    """Robertson and Sparck Jones's inverse document frequency, over the passages at hand: what all say is light."""
    count = len(passages)
    weighed = {}
    for term in terms:
        holding = sum(term in passage for passage in passages)
        weighed[term] = math.log(1 + (count - holding + 0.5) / (holding + 0.5))
    return weighed


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


@lru_cache(maxsize=_CACHED_WORDS)
def _stem(word: str, algorithm: str) -> str:
    return str(_stemmer(algorithm).stemWord(word))


@cache
def _stemmer(algorithm: str) -> "Stemmer.Stemmer":
    return Stemmer.Stemmer(algorithm)
