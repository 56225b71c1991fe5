"""Examples of earlier and of recent questions in, the topics that grew and that shrank between them out, in words.

Both are clustered together (k-means on the sphere: Dhillon and Modha, Machine Learning 42, 2001); a topic is named by
the words that its questions have and others have not.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

TOPICS: Final = 8
ROUNDS: Final = 10
LEAST_WORD: Final = 4
WORDS: Final = 3
EXAMPLES: Final = 3
LEAST_CHANGE: Final = 0.05
"""Share of the questions by which a topic must have grown or shrunk to be told."""
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Example:
    """A question: where it lies, and its text."""

    direction: NDArray[np.float32]
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

    def __str__(self) -> str:
        """For people: `normans, normandy, duke (0 % to 24 %): "Who was …?"`."""
        examples = "; ".join(f"“{each}”" for each in self.examples)
        return f"{', '.join(self.words) or 'various'} ({self.before:.0%} to {self.after:.0%}): {examples}"


def topics(before: Sequence[Example], after: Sequence[Example]) -> Sequence[Topic]:
    """Those whose share changed by a twentieth or more, the one that grew most first; none without examples of both."""
    if not before or not after:
        return ()
    together = [*before, *after]
    which = _clusters(np.stack([each.direction for each in together]))
    groups = [[place for place, one in enumerate(which) if one == cluster] for cluster in sorted(set(which))]
    names = _names([[together[place].text for place in group] for group in groups])
    found = [_topic(group, name, before, after) for group, name in zip(groups, names, strict=True)]
    return sorted((each for each in found if abs(each.change) >= LEAST_CHANGE), key=lambda each: -each.change)


def told(found: Iterable[Topic]) -> Mapping[str, str]:
    """`grew: 1` and so on to a topic in words, for the details of a condition."""
    grown = [each for each in found if each.change > 0]
    shrunk = [each for each in found if each.change < 0][::-1]
    most = 3
    return {
        **{f"grew {number}": str(each) for number, each in enumerate(grown[:most], 1)},
        **{f"shrank {number}": str(each) for number, each in enumerate(shrunk[:most], 1)},
    }


def _topic(group: Sequence[int], words: tuple[str, ...], before: Sequence[Example], after: Sequence[Example]) -> Topic:
    earlier = [place for place in group if place < len(before)]
    recent = [place - len(before) for place in group if place >= len(before)]
    share_before, share_after = len(earlier) / len(before), len(recent) / len(after)
    side, places = (after, recent) if share_after >= share_before else (before, earlier)
    centre = np.mean([side[place].direction for place in places], axis=0)
    nearest = sorted(places, key=lambda place: (-float(side[place].direction @ centre), place))
    examples = dict.fromkeys(side[place].text for place in nearest if side[place].text)
    return Topic(words, share_before, share_after, tuple(examples)[:EXAMPLES])


def _clusters(points: NDArray[np.float32]) -> Sequence[int]:
    """The cluster of each point. The first centres are points far from each other, so the same every time."""
    centres = [points[0]]
    while len(centres) < min(TOPICS, len(points)):
        nearest = np.max(np.stack([points @ each for each in centres]), axis=0)
        centres.append(points[int(np.argmin(nearest))])
    found = np.stack(centres)
    which = np.argmax(points @ found.T, axis=1)
    for _ in range(ROUNDS):
        for cluster in set(which.tolist()):
            mean = points[which == cluster].mean(axis=0)
            found[cluster] = mean / max(1e-9, float(np.linalg.norm(mean)))
        again = np.argmax(points @ found.T, axis=1)
        if np.array_equal(again, which):
            break
        which = again
    return [int(each) for each in which]


def _names(groups: Sequence[Sequence[str]]) -> Sequence[tuple[str, ...]]:
    """Words that many questions of a group have; one that half of the groups have says nothing about any."""
    counted = [Counter(word for text in group for word in set(_words(text))) for group in groups]
    groups_with = Counter(word for each in counted for word in each)
    most = max(1, len(groups) // 2)
    names = []
    for group, words in zip(groups, counted, strict=True):
        telling = [
            (count * (1.0 - (groups_with[word] - 1) / len(groups)), word)
            for word, count in words.items()
            if groups_with[word] <= most and (count > 1 or len(group) < TOPICS)
        ]
        names.append(tuple(word for _, word in sorted(telling, key=lambda each: (-each[0], each[1]))[:WORDS]))
    return names


def _words(text: str) -> Iterable[str]:
    return (word for word in _WORD.findall(text.lower()) if len(word) >= LEAST_WORD or not word.isascii())
