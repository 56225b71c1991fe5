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
LONG: Final = 600.0
SHORT: Final = 120.0
"""Seconds by which a consequence may outlast its cause."""

_QUEUES: Final = {"role-*": LONG, "lag*": LONG, "oldest*": LONG, "stuck*": LONG, "partition-stuck*": LONG}
_SERVICE: Final = {"index-*": LONG, "answer-*": LONG, "abstain*": LONG, "no-*": LONG, "dead-letter*": SHORT}
CAUSES: Final[Mapping[str, Mapping[str, float]]] = {
    "weaviate-away": {"partition-waits": SHORT, **_QUEUES, **_SERVICE, "top-*": LONG},
    "generator-away": {"partition-waits": SHORT, **_QUEUES, **_SERVICE},
    "fuse-blown": {**_QUEUES, **_SERVICE},
    "partition-waits": {"partition-waits": SHORT, **_QUEUES, **_SERVICE},
    "answer-availability": {"answer-*": LONG, "abstain*": LONG, "no-*": LONG, "top-*": LONG},
}
"""Which conditions explain which others, and for how many seconds after their end. Whatever explains a cause is above
it and explains what that one explains, too."""
_RANK: Final = {name: rank for rank, name in enumerate(CAUSES)}
_DEPENDENCY_SIGNALS: Final = ("up",)
_ROLE_SIGNALS: Final = ("lag", "oldest_s", "stuck")


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


@lru_cache(4_096)
def may_follow(name: str) -> bool:
    """Whether a condition of this name can be the consequence of another."""
    return any(outlasts(cause, name) is not None for cause in CAUSES)


@lru_cache(4_096)
def outlasts(cause: str, name: str) -> float | None:
    """Seconds for which `name` may go on after the end of `cause` as its consequence; None when it is none."""
    return next((secs for pattern, secs in CAUSES.get(cause, {}).items() if fnmatchcase(name, pattern)), None)


def explains(cause: Holding, other: Holding) -> bool:
    """Whether `other` follows from `cause`, as long as that holds. Nothing explains itself, by way of others either."""
    return (
        cause.fingerprint != other.fingerprint
        and outlasts(cause.name, other.name) is not None
        and order(cause) < order(other)
        and other.since >= cause.since - EARLIER
        and _agree(cause.labels, other.labels)
    )


def order(condition: Holding) -> tuple[int, datetime, str]:
    """Causes before consequences; of one kind the oldest first."""
    return _RANK.get(condition.name, len(_RANK)), condition.since, condition.fingerprint


def _agree(cause: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """What is about one role, or waits for one dependency, does not follow from what is about another."""
    one, two = _about(cause), _about(other)
    return all(one[each] == two[each] for each in one.keys() & two.keys())


def _about(labels: Mapping[str, str]) -> dict[str, str]:
    found = {each: labels[each] for each in ("role", "dependency") if labels.get(each)}
    head, _, tail = labels.get("signal", "").partition(".")
    if tail and head in _DEPENDENCY_SIGNALS:
        found.setdefault("dependency", tail)
    if tail and head in _ROLE_SIGNALS:
        found.setdefault("role", tail)
    return found
