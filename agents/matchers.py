"""A matcher and what an alert is called, how grave it is and what it is about in; whether it fits out."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from schemas.operations import Severity

GRAVITY: Final[Mapping[str, int]] = {"info": 0, "warning": 1, "critical": 2}
_MATCHER: Final = re.compile(r"([a-z_][a-z0-9_]{0,63})(!=|>=|<=|=)([^\x00]{0,256})")


class Parsed(NamedTuple):
    """A matcher in its parts."""

    subject: str
    operator: str
    value: str


def fits(match: Iterable[str], name: str, severity: Severity, labels: Mapping[str, str]) -> bool:
    """Whether all matchers hold; none of them always does. A label that is missing counts as empty.

    One that says nothing sensible (`problem_of`) holds for nothing.
    """
    return all(_holds(parsed(each), name, severity, labels) for each in match)


def parsed(matcher: str) -> Parsed | None:
    """Its parts; None when it is none."""
    found = _MATCHER.fullmatch(matcher)
    return None if found is None else Parsed(*found.groups())


def problem_of(matcher: str) -> str | None:
    """A sentence that says what is wrong with a matcher; None when it is fine."""
    found = parsed(matcher)
    if found is None:
        return f"{matcher[:100]!r} is no matcher: name=freshness*, severity>=warning and stage!=plan are"
    if found.operator in {">=", "<="} and found.subject != "severity":
        return f"{matcher[:100]!r}: {found.operator} is for severity alone"
    if found.subject == "severity" and found.value not in GRAVITY and (found.operator[0] in "<>" or "*" not in matcher):
        return f"{matcher[:100]!r}: the severities are {', '.join(GRAVITY)}"
    return None


def _holds(matcher: Parsed | None, name: str, severity: Severity, labels: Mapping[str, str]) -> bool:
    if matcher is None:
        return False
    if matcher.operator in {">=", "<="}:
        if matcher.subject != "severity" or matcher.value not in GRAVITY:
            return False
        difference = GRAVITY[severity] - GRAVITY[matcher.value]
        return difference >= 0 if matcher.operator == ">=" else difference <= 0
    actual = {**labels, "name": name, "severity": severity}.get(matcher.subject, "")
    return _glob(matcher.value, actual) is (matcher.operator == "=")


def _glob(pattern: str, text: str) -> bool:
    """Whether `text` is `pattern`, in which `*` stands for anything; without regular expressions, so in linear time."""
    head, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, tail = rest
    if len(text) < len(head) + len(tail) or not text.startswith(head) or not text.endswith(tail):
        return False
    position, end = len(head), len(text) - len(tail)
    for part in middle:
        position = text.find(part, position, end)
        if position < 0:
            return False
        position += len(part)
    return True
