"""Postal addresses: a street of a known kind with a number, or a number and a name behind words such as `I live at`."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

import re2

from agents.guardrails.pattern_rule import PatternRule, hit
from agents.guardrails.rule import Hit, RuleOptions
from agents.guardrails.street_forms import AT, FAMILIES, PLACE
from schemas.guardrails import Stage

_FAMILIES: Final = tuple(
    (re2.compile(signs), tuple((re.compile(form, re.IGNORECASE), score) for form, score in forms))
    for signs, forms in FAMILIES
)
_AT: Final = re.compile(AT, re.IGNORECASE)
_PLACE: Final = re.compile(PLACE, re.IGNORECASE)
_MARGIN: Final = 100
"""Characters around such a sign that an address may reach."""
_DIGIT: Final = re.compile(r"\d")


class StreetAddressOptions(RuleOptions):
    """What `street-address` can be told: nothing yet."""


class StreetAddressRule(PatternRule[StreetAddressOptions]):
    """Postal addresses."""

    name: ClassVar[str] = "street-address"
    about: ClassVar[str] = (
        "Postal addresses: streets with a house number as some thirty countries write them, flats, boxes and postcodes."
    )
    stages: ClassVar[tuple[Stage, ...]] = ("question", "document", "passage", "answer")
    Options: ClassVar[type[RuleOptions]] = StreetAddressOptions

    def spot(self, text: str) -> Iterable[Hit]:
        """Every address in `text`, the parts of one taken together where they touch."""
        if _DIGIT.search(text):
            for score, start, end in _joined(sorted(_places(text), key=lambda place: place[1])):
                yield hit(score, "A postal address, or a part of one.", start, end)


def _places(text: str) -> Iterator[tuple[float, int, int]]:
    for signs, forms in _FAMILIES:
        for start, end in _regions(text, signs.finditer(text)):
            for pattern, score in forms:
                for match in pattern.finditer(text, start, end):
                    yield score, match.start(), match.end()
    for match in _AT.finditer(text):
        place = _PLACE.match(text, match.end())
        if place:
            yield 0.7, place.start(), place.end()


def _joined(places: list[tuple[float, int, int]]) -> Iterator[tuple[float, int, int]]:
    """Those that overlap as one, as sure as the surest."""
    at = 0
    while at < len(places):
        score, first, last = places[at]
        at += 1
        while at < len(places) and places[at][1] <= last:
            score, last = max(score, places[at][0]), max(last, places[at][2])
            at += 1
        yield score, first, last


def _regions(text: str, signs: Iterable[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Where addresses may be: around signs with a digit near, those that touch taken together."""
    start = end = -1
    for match in signs:
        if not _DIGIT.search(text, max(0, match.start() - _MARGIN), match.end() + _MARGIN):
            continue
        if match.start() - _MARGIN > end:
            if end >= 0:
                yield start, end
            start = max(0, match.start() - _MARGIN)
        end = match.end() + _MARGIN
    if end >= 0:
        yield start, end
