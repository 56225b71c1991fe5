"""The records that signals were taken from in, those that were counted before out: nothing is counted twice.

A worker that is killed has told what some records show, and not yet that it did: they are told again, in order, under
the same ids. What is not behind the last record of its partition was seen.
"""

from collections.abc import Mapping
from typing import Final

from schemas.event import Origin

MOST: Final = 64
"""Partitions that are remembered. A tenant's source has at most eight."""


def counted(taken: Mapping[str, int], origin: Origin | None) -> bool:
    """Whether what this record shows was seen; `taken` is the last offset of each partition."""
    return origin is not None and origin.offset <= taken.get(_place(origin), -1)


def with_counted(taken: Mapping[str, int], origin: Origin | None) -> dict[str, int]:
    """`taken` with the record."""
    place = "" if origin is None else _place(origin)
    if origin is None or (place not in taken and len(taken) >= MOST):
        return dict(taken)
    return {**taken, place: origin.offset}


def _place(origin: Origin) -> str:
    return f"{origin.topic}/{origin.partition}"
