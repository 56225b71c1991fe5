"""Text and its language in, index terms out: what "the same word" means for the lexical half of search.

Stored text and question go through the same function, so a term either matches exactly or not at all, whatever the
index does with it. English is stemmed and stopped (SciFact, BM25 on Weaviate, nDCG@10: 0.59 without, 0.68 with). A text
in another language has two forms of each word, as its own language's rules make it and as the English ones do: its
inflections meet, and a question that is too short to tell its language still finds the words as they are written. The
reasons are in docs/adr/0010. Scripts written without spaces become overlapping pairs of characters, as in Lucene's
CJKBigramFilter.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

import Stemmer

from schemas.chunks import UNDETERMINED
from schemas.languages import SNOWBALL, STOP_WORDS

LONGEST_TERM = 64
"""Characters; what is longer is encoded data, and is cut so that it cannot bloat the index."""
ENGLISH: Final = "en"

_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\uac00-\ud7a3"  # Hangul: spaced, but glued to its particles
    "\U00020000-\U0003134f"  # Han, extensions
)
_MARKS = (
    "\u0300-\u036f"  # combining accents
    "\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"  # points of Hebrew and Arabic
    "\u0900-\u0963\u0971-\u0df3"  # vowel signs of India's scripts, which would else cut words to pieces
)
_RUN = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|[^\W_{_UNSPACED}](?:[^\W_{_UNSPACED}]|[{_MARKS}])*")

_per_thread = threading.local()


def index_terms(text: str, language: str = UNDETERMINED) -> list[str]:
    """Terms of `text` in order, repeats kept. Text that is nothing but stop words keeps them; `?` has none.

    `language` is an ISO 639 code; `und`, and any that isn't known, is a language whose words have one form.
    """
    words = list(_words(text))
    stopped = STOP_WORDS.get(language, frozenset())
    if language in {UNDETERMINED, ENGLISH}:
        stopped = STOP_WORDS[ENGLISH]
    telling = [word for word in words if word not in stopped] or words
    english = _stems(telling, ENGLISH)
    if language in {UNDETERMINED, ENGLISH}:
        return list(english)
    return list(_both(telling, _stems(telling, language), english))


def searched_terms(title: str | None, heading: tuple[str, ...], text: str, language: str = UNDETERMINED) -> list[str]:
    """Terms by which a chunk is found: of its title, of the sections around it, and of its text."""
    return index_terms("\n".join([title or "", *heading, text]), language)


def _words(text: str) -> Iterator[str]:
    for run in _RUN.finditer(unicodedata.normalize("NFKC", text).casefold()):
        if run.lastgroup:
            yield from _pairs(run.group())
        else:
            yield run.group()[:LONGEST_TERM]


def _both(words: Sequence[str], own: Sequence[str], english: Sequence[str]) -> Iterator[str]:
    for word, mine, other in zip(words, own, english, strict=True):
        yield mine
        if other != mine and word not in STOP_WORDS[ENGLISH]:
            yield other


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[start : start + 2] for start in range(len(run) - 1)]


def _stems(words: Sequence[str], language: str) -> Sequence[str]:
    """The words as they are where there is no stemmer for the language."""
    algorithm = SNOWBALL.get(language)
    if algorithm is None:
        return words
    stems: list[str] = _stemmer(algorithm).stemWords(words)
    return stems


def _stemmer(algorithm: str) -> "Stemmer.Stemmer":
    """One per thread: a stemmer keeps a cache and is not safe to share."""
    known: dict[str, Stemmer.Stemmer] = _per_thread.__dict__.setdefault("stemmers", {})
    if algorithm not in known:
        known[algorithm] = Stemmer.Stemmer(algorithm)
    return known[algorithm]
