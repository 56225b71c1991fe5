"""Examples of earlier and of recent questions in, the topics that grew and that shrank between them out, in words.

Where the two samples differ says the witness function of their discrepancy (Gretton et al., JMLR 13, 2012): it is high
where recent questions are denser than earlier ones. Those that lie higher than nearly all of the other side are new:
they are put together (k-means on the sphere: Dhillon and Modha, Machine Learning 42, 2001) and named by the words that
they have and others have not.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from agents.monitors.kernel_features import Floats, features
from agents.monitors.spherical_clusters import clusters
from schemas.languages import STOP_WORDS

TOPICS: Final = 4
"""Clusters of a side."""
WORDS: Final = 4
EXAMPLES: Final = 3
BEYOND: Final = 0.97
"""Share of the other side's examples that an example must lie beyond, to be one of what is new."""
LEAST_CHANGE: Final = 0.05
"""Share of the questions by which a topic must have grown or shrunk to be told."""
TOLD: Final = 3
"""Topics of each direction that are told."""
RARER: Final = 3.0
"""How many times as often a topic must have a word as the other questions, for it to name the topic."""
SHORTEST_WORD: Final = 3
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
"""Scripts without spaces; two of their characters say what a word does."""
_WORD: Final = re.compile(rf"[{_UNSPACED}]{{2}}|(?:(?![{_UNSPACED}])\w)+")
_COMMON: Final = frozenset().union(*STOP_WORDS.values()) | frozenset("many much year name kind type called".split())


@dataclass(frozen=True, eq=False)
class Example:
    """A question: where it lies, and its text."""

    direction: Floats
    text: str


@dataclass(frozen=True)
class Topic:
    """Questions that lie together."""

    words: tuple[str, ...]
    before: float
    after: float
    """Shares of earlier and of recent questions."""
    examples: tuple[str, ...]

    @property
    def change(self) -> float:
        """By how much its share grew."""
        return self.after - self.before

    @property
    def name(self) -> str:
        """Its words; a question where no word tells it from others."""
        return ", ".join(self.words) or (f"“{self.examples[0]}”" if self.examples else "various")

    def __str__(self) -> str:
        """For people: `normans, normandy, duke (0 % to 24 %): “Who was …?”`."""
        examples = "; ".join(f"“{each}”" for each in self.examples)
        return f"{', '.join(self.words) or 'various'} ({self.before:.0%} to {self.after:.0%}): {examples}"


def topics(before: Sequence[Example], after: Sequence[Example], towards: Floats) -> Sequence[Topic]:
    """Those whose share changed enough to be told, the one that grew most first; none without examples of both.

    `towards`, shape (FEATURES,), is the mean of the recent questions' features less that of the earlier ones.
    """
    if not before or not after:
        return ()
    grown = _denser(after, before, towards)
    shrunk = [Topic(each.words, each.after, each.before, each.examples) for each in _denser(before, after, -towards)]
    return sorted(
        (each for each in [*grown, *shrunk] if abs(each.change) >= LEAST_CHANGE), key=lambda each: -each.change
    )


def told(found: Iterable[Topic]) -> Mapping[str, str]:
    """`grew: 1` and so on to a topic in words, for the details of a condition."""
    ordered = list(found)
    grown = [each for each in ordered if each.change > 0]
    shrunk = [each for each in ordered if each.change < 0][::-1]
    return {
        **{f"grew {number}": str(each) for number, each in enumerate(grown[:TOLD], 1)},
        **{f"shrank {number}": str(each) for number, each in enumerate(shrunk[:TOLD], 1)},
    }


def words_of(text: str) -> frozenset[str]:
    """Those that may name something."""
    return frozenset(
        word
        for word in _WORD.findall(text.casefold())
        if word not in _COMMON and (len(word) >= SHORTEST_WORD or not word.isascii())
    )


def naming(group: Sequence[str], others: Sequence[str], least: int = 2) -> tuple[str, ...]:
    """The words that at least `least` texts of the group have, and much fewer of the others; the best first."""
    have = Counter(word for text in group for word in words_of(text))
    lack = Counter(word for text in others for word in words_of(text))
    telling = {}
    for word, count in have.items():
        times = (count / len(group)) / ((lack[word] + 0.1) / (len(others) + 1))
        if count >= least and times >= RARER:
            telling[word] = count * math.log(times)
    chosen: list[str] = []
    for word in sorted(telling, key=lambda word: (-telling[word], word)):
        if len(chosen) < WORDS and not any(word.startswith(each) or each.startswith(word) for each in chosen):
            chosen.append(word)
    return tuple(chosen)


def _denser(mine: Sequence[Example], others: Sequence[Example], towards: Floats) -> Sequence[Topic]:
    """Topics of my examples that lie where the others hardly do; `before` is the others' share."""
    bound = max(0.0, float(np.quantile([_height(each, towards) for each in others], BEYOND)))
    new = sorted((each for each in mine if _height(each, towards) > bound), key=lambda each: -_height(each, towards))
    if not new:
        return ()
    which, centres = clusters(np.stack([each.direction for each in new]), TOPICS)
    alike = Counter(int(np.argmax(centres @ each.direction)) for each in others if _height(each, towards) > bound)
    found, nameless, shared = [], set[int](), 0
    for cluster in range(len(centres)):
        group = [each for each, one in zip(new, which, strict=True) if one == cluster]
        words = _name(group, [*others, *(each for each in mine if each not in group)])
        if words:
            found.append(_topic(group, words, alike[cluster] / len(others), len(mine)))
        else:
            nameless.add(cluster)
            shared += alike[cluster]
    mixed = [each for each, one in zip(new, which, strict=True) if one in nameless]
    if mixed:
        found.append(_topic(mixed, _name(mixed, others), shared / len(others), len(mine)))
    return found


def _topic(group: Sequence[Example], words: tuple[str, ...], before: float, all_of_mine: int) -> Topic:
    texts = dict.fromkeys(each.text for each in group if each.text)
    return Topic(words, before, len(group) / all_of_mine, tuple(texts)[:EXAMPLES])


def _name(group: Sequence[Example], rest: Sequence[Example]) -> tuple[str, ...]:
    return naming([each.text for each in group], [each.text for each in rest])


def _height(example: Example, towards: Floats) -> float:
    return float(features(example.direction) @ towards)
