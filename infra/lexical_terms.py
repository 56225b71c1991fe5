"""Text in, index terms out: what "the same word" means for the lexical half of search.

Stored text and question go through the same function, so a term either matches exactly or not at all, whatever the
index does with it. English is stemmed and stopped (SciFact, BM25 on Weaviate, nDCG@10: 0.59 without, 0.68 with);
other languages keep their words, apart from the few that Snowball's English rules also shorten, on both sides alike.
Scripts written without spaces become overlapping pairs of characters, as in Lucene's CJKBigramFilter.
"""

import re
import threading
import unicodedata

import Stemmer

LONGEST_TERM = 64
"""Characters; what is longer is encoded data, and is cut so that it cannot bloat the index."""

_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\uac00-\ud7a3"  # Hangul: spaced, but glued to its particles
    "\U00020000-\U0003134f"  # Han, extensions
)
_RUN = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|[^\W_{_UNSPACED}]+")

_STOPPED = (
    "a about after again all also am an and any are as at be because been before being between both but by can could "
    "did do does doing down during each for from further had has have having he her here hers him his how i if in into "
    "is it its just me more most my no nor not of off on once only or other our out over own s same she should so some "
    "such t than that the their theirs them then there these they this those through to too under until up very was we "
    "were what when where which while who whom why will with would you your yours"
)
STOP_WORDS = frozenset(_STOPPED.split())

_per_thread = threading.local()


def index_terms(text: str) -> list[str]:
    """Terms of `text` in order, repeats kept. Text that is nothing but stop words keeps them; `?` has none."""
    words: list[str] = []
    for run in _RUN.finditer(unicodedata.normalize("NFKC", text).casefold()):
        words.extend(_pairs(run.group()) if run.lastgroup else (run.group()[:LONGEST_TERM],))
    telling = [word for word in words if word not in STOP_WORDS] or words
    stems: list[str] = _stemmer().stemWords(telling)
    return stems


def searched_terms(title: str | None, heading: tuple[str, ...], text: str) -> list[str]:
    """Terms by which a chunk is found: of its title, of the sections around it, and of its text."""
    return index_terms("\n".join([title or "", *heading, text]))


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[start : start + 2] for start in range(len(run) - 1)]


def _stemmer() -> "Stemmer.Stemmer":
    """One per thread: a stemmer keeps a cache and is not safe to share."""
    if not hasattr(_per_thread, "stemmer"):
        _per_thread.stemmer = Stemmer.Stemmer("english")
    stemmer: Stemmer.Stemmer = _per_thread.stemmer
    return stemmer
