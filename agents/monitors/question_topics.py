"""Examples of earlier and of recent questions in, the topics that grew and that shrank between them out, in words.

Where the two samples differ says the witness function of their discrepancy (Gretton et al., JMLR 13, 2012): it is high
where recent questions are denser than earlier ones. Those that lie higher than nearly all of the other side are new.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from agents.monitors.kernel_features import Floats, features
from agents.monitors.question_groups import Example, groups, quoted

BEYOND: Final = 0.97
"""Share of the other side's examples that an example must lie beyond, to be one of what is new."""
LEAST_CHANGE: Final = 0.05
"""Share of the questions by which a topic must have grown or shrunk to be told."""
ALIKE: Final = 2 / 3
"""Growth, as a share of that of the topic that grew most, from which on a sentence names another one."""
TOLD: Final = 3
"""Topics of each direction that are told."""


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
        """For people: `normans, normandy, duke (0 % to 24 %): “Who was …?”`."""
        shares = f"{self.before:.0%} to {self.after:.0%}"
        return f"{', '.join(self.words) or 'various'} ({shares}): {quoted(self.examples)}"


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


def summary(found: Iterable[Topic]) -> str:
    """What grew most, for a sentence: the words of two topics alike, or a question where no topic has words."""
    grown = [each for each in found if each.change > 0]
    named = [each for each in grown if each.words]
    alike = [", ".join(each.words) for each in named if each.change >= ALIKE * named[0].change]
    if alike:
        return "more about " + " and about ".join(alike[:2])
    return "".join(f"as in {quoted(each.examples[:1])}" for each in grown[:1] if each.examples)


def _denser(mine: Sequence[Example], others: Sequence[Example], towards: Floats) -> Sequence[Topic]:
    """Topics of my examples that lie where the others hardly do; `before` is the others' share."""
    bound = max(0.0, float(np.quantile([_height(each, towards) for each in others], BEYOND)))
    new = sorted((each for each in mine if _height(each, towards) > bound), key=lambda each: -_height(each, towards))
    if not new:
        return ()
    found = groups(new, [each.text for each in [*others, *mine] if each not in new])
    member_of = [place for each in new for place, group in enumerate(found) if each in group.members]
    directions = np.stack([each.direction for each in new])
    beyond = [each for each in others if _height(each, towards) > bound]
    alike = Counter(member_of[int(np.argmax(directions @ each.direction))] for each in beyond)
    return [
        Topic(group.words, alike[place] / len(others), len(group.members) / len(mine), group.examples)
        for place, group in enumerate(found)
    ]


def _height(example: Example, towards: Floats) -> float:
    return float(features(example.direction) @ towards)
