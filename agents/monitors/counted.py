"""The records that signals were taken from in, those that were counted before out: nothing is counted twice.

A worker that is killed has told what some records show, and not yet that it did: they are told again, in order, under
the same ids. A record was seen when its offset is not above the last one's of its partition and its time not after the
latest up to there: by offsets alone a topic that was deleted and made anew would show nothing for a long time.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from schemas.event import Origin

MOST: Final = 64
"""Partitions that are remembered. A tenant's source has at most eight."""


class Taken(NamedTuple):
    """How far a partition was seen."""

    offset: int
    at: datetime
    """The latest event time up to there."""


def counted(taken: Mapping[str, Taken], origin: Origin | None) -> bool:
    """Whether what this record shows was seen; `taken` is how far each partition was."""
    last = None if origin is None else taken.get(_place(origin))
    return last is not None and origin is not None and origin.offset <= last.offset and origin.at <= last.at


def with_counted(taken: Mapping[str, Taken], origin: Origin | None) -> dict[str, Taken]:
    """`taken` with the record."""
    place = "" if origin is None else _place(origin)
    if origin is None or (place not in taken and len(taken) >= MOST):
        return dict(taken)
    last = taken.get(place)
    return {**taken, place: Taken(origin.offset, origin.at if last is None else max(last.at, origin.at))}


def _place(origin: Origin) -> str:
    return f"{origin.topic}/{origin.partition}"
