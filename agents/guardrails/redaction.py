"""A text and places in it in, the text with a placeholder at each place out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Cut:
    """A place that must not be shown: `text[start:end]`."""

    start: int
    end: int
    placeholder: str
    score: float = 1.0


def redact(text: str, cuts: Iterable[Cut]) -> str:
    """Replace every cut; cuts that overlap become one, under the placeholder of the one that is surest."""
    parts, done = [], 0
    for cut in merged(cuts):
        parts += [text[done : cut.start], cut.placeholder]
        done = cut.end
    return "".join([*parts, text[done:]])


def merged(cuts: Iterable[Cut]) -> Iterator[Cut]:
    """The same places without overlaps, in order. Among equally sure ones, the longest gives the placeholder."""
    group: list[Cut] = []
    end = 0
    for cut in sorted(cuts, key=lambda each: (each.start, each.end, each.placeholder)):
        if group and cut.start >= end:
            yield _one(group, end)
            group = []
        end = max(end, cut.end) if group else cut.end
        group.append(cut)
    if group:
        yield _one(group, end)


def _one(group: list[Cut], end: int) -> Cut:
    surest = max(group, key=lambda cut: (cut.score, cut.end - cut.start))
    return Cut(group[0].start, end, surest.placeholder, surest.score)
