"""Two conditions in, whether the one explains the other out: so that one outage is one alert.

A cause is told with its consequences, and they are not told by themselves unless they outlast it. How long each kind
may outlast its cause is in the table: a queue has to be worked off, and a service level's short window to pass.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final, Protocol

EARLIER: Final = timedelta(seconds=30)
"""How much earlier than its cause a consequence may have begun: one is probed, the other is felt."""
SLOW: Final = 2_100.0
LONG: Final = 600.0
SHORT: Final = 120.0
"""Seconds by which a consequence may outlast its cause."""

_WAITING: Final = {"role-*": LONG, "operations/lag.*": LONG, "operations/oldest_s.*": LONG}
_QUEUES: Final = {**_WAITING, "partition-stuck": LONG, "operations/stuck.*": LONG}
_SERVICE: Final = {
    "answer*-slow": SLOW,
    "index*-slow": SLOW,
    "answer*": LONG,
    "answers/*": LONG,
    "abstain-rate": LONG,
    "index-*": LONG,
    "index/*": LONG,
    "dead-letter-rate": LONG,
    "operations/dead_letters": LONG,
}
CAUSES: Final[Mapping[str, Mapping[str, float]]] = {
    "weaviate-away": {"partition-waits": SHORT, **_QUEUES, **_SERVICE},
    "generator-away": {"partition-waits": SHORT, **_QUEUES, **_SERVICE},
    "fuse-blown": {**_QUEUES, **_SERVICE},
    "partition-waits": {"partition-waits": SHORT, **_QUEUES, **_SERVICE},
    "partition-stuck": {**_WAITING, **_SERVICE},
    "answer-availability": {"answer*-slow": SLOW, "answer*": LONG, "answers/*": LONG, "abstain-rate": LONG},
    "index-freshness": {"index*-slow": SLOW},
}
"""Which conditions explain which others, and for how many seconds after their end: of these names, or, with a slash,
of monitors of such a source and signal. What explains a cause is above it and explains all that that one explains."""
_RANK: Final = {name: rank for rank, name in enumerate(CAUSES)}
_DEPENDENCY_SIGNAL: Final = "up"
_ROLE_SIGNALS: Final = ("lag", "oldest_s", "stuck")
_ROLES_OF: Final[Mapping[str, frozenset[str]]] = {
    "answers": frozenset({"answer"}),
    "answer": frozenset({"answer"}),
    "index": frozenset({"plan", "index"}),
}
"""What is seen of answers and of the index, by source or by the beginning of its name, is about these roles."""


class Holding(Protocol):
    """What is asked of a condition, whether it holds or has held."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def since(self) -> datetime: ...


def may_follow(condition: Holding) -> bool:
    """Whether such a condition can be the consequence of another."""
    return any(outlasts(cause, condition) is not None for cause in CAUSES)


def outlasts(cause: str, other: Holding) -> float | None:
    """Seconds for which `other` may go on after the end of `cause` as its consequence; None when it is none."""
    labels = other.labels
    return _outlasts(cause, other.name, f"{labels.get('source', '')}/{labels.get('signal', '')}")


@lru_cache(4_096)
def _outlasts(cause: str, name: str, signal: str) -> float | None:
    for pattern, seconds in CAUSES.get(cause, {}).items():
        if fnmatchcase(signal if "/" in pattern else name, pattern):
            return seconds
    return None


def explains(cause: Holding, other: Holding) -> bool:
    """Whether `other` follows from `cause`, as long as that holds. Nothing explains itself, by way of others either."""
    return (
        cause.fingerprint != other.fingerprint
        and outlasts(cause.name, other) is not None
        and order(cause) < order(other)
        and other.since >= cause.since - EARLIER
        and _agree(cause, other)
    )


def order(condition: Holding) -> tuple[int, datetime, str]:
    """Causes before consequences; of one kind the oldest first."""
    return _RANK.get(condition.name, len(_RANK)), condition.since, condition.fingerprint


def _agree(cause: Holding, other: Holding) -> bool:
    """What is about one role, or waits for one dependency, does not follow from what is about another."""
    one, two = _roles(cause), _roles(other)
    dependencies = {_dependency(cause), _dependency(other)} - {""}
    return (not one or not two or bool(one & two)) and len(dependencies) < 2  # noqa: PLR2004 - more than one


def _roles(condition: Holding) -> frozenset[str]:
    """The roles that it is about; none when that is not known, or when it is about all."""
    labels = condition.labels
    head, _, tail = labels.get("signal", "").partition(".")
    if labels.get("role") or (tail and head in _ROLE_SIGNALS):
        return frozenset((labels.get("role") or tail,))
    source = labels.get("source") or condition.name.partition("-")[0]
    return _ROLES_OF.get(source, frozenset())


def _dependency(condition: Holding) -> str:
    head, _, tail = condition.labels.get("signal", "").partition(".")
    return condition.labels.get("dependency") or (tail if head == _DEPENDENCY_SIGNAL else "")
