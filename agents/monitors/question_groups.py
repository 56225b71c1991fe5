"""Questions in, groups of those that lie together out, named by the words that they have and others have not."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from agents.monitors.kernel_features import Floats
from agents.monitors.spherical_clusters import clusters
from schemas.languages import STOP_WORDS

GROUPS: Final = 4
WORDS: Final = 4
EXAMPLES: Final = 3
LEAST_SHARE: Final = 1 / 6
"""Of a group's questions: a word that fewer have is chance among many subjects, and no name."""
RARER: Final = 3.0
"""How many times as often a group must have a word as the other questions, for it to name the group."""
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
class Group:
    """Questions that lie together, or those that are left over."""

    words: tuple[str, ...]
    """None where no word tells them from others."""
    members: Sequence[Example]

    @property
    def examples(self) -> tuple[str, ...]:
        """Some of the texts: those with most of the words, and of these the first."""
        telling = sorted(self.members, key=lambda each: -len(words_of(each.text).intersection(self.words)))
        return tuple(dict.fromkeys(each.text for each in telling if each.text))[:EXAMPLES]


def groups(questions: Sequence[Example], others: Sequence[str], most: int = GROUPS) -> Sequence[Group]:
    """At most so many; each question is in one, in the order that they came in. Without a question there is none.

    `others` are the texts of questions that are not to be grouped. Groups that no word names become one, the last.
    """
    if not questions:
        return ()
    which = clusters(np.stack([each.direction for each in questions]), most)
    found, nameless = [], set[int]()
    for cluster in dict.fromkeys(which):
        members = [each for each, one in zip(questions, which, strict=True) if one == cluster]
        rest = [each for each, one in zip(questions, which, strict=True) if one != cluster]
        words = naming(_texts(members), [*others, *_texts(rest)])
        if words:
            found.append(Group(words, members))
        else:
            nameless.add(cluster)
    mixed = [each for each, one in zip(questions, which, strict=True) if one in nameless]
    return [*found, Group(naming(_texts(mixed), others), mixed)] if mixed else found


def words_of(text: str) -> frozenset[str]:
    """Those that may name something."""
    return frozenset(
        word
        for word in _WORD.findall(text.casefold())
        if word not in _COMMON and (len(word) >= SHORTEST_WORD or not word.isascii())
    )


def naming(group: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """The words that two texts of the group and a sixth of it have, and much fewer of the others; the best first."""
    least = max(2, math.ceil(len(group) * LEAST_SHARE))
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


def quoted(texts: Iterable[str]) -> str:
    """As a list for people."""
    return "; ".join(f"“{each}”" for each in texts)


def _texts(questions: Iterable[Example]) -> Sequence[str]:
    return [each.text for each in questions]
