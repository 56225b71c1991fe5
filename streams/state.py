"""The state of a step as it is stored: what the step knows, and which records it already includes.

A record counts as seen when its offset is not above the last applied one of its partition *and* it is not younger.
The second half matters when a topic was deleted and made anew: its offsets begin at 0 again, and by offsets alone
every new event would be taken for an old one and be lost without a word.
"""

from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from streams.records import Record

S = TypeVar("S", bound=BaseModel)


class Applied(BaseModel):
    """The last record of one source partition that a state includes."""

    model_config = ConfigDict(frozen=True)

    offset: int
    timestamp: datetime


class Stored(BaseModel, Generic[S]):
    """One key's state with the position it was computed at, per source partition."""

    model_config = ConfigDict(frozen=True)

    applied: dict[str, Applied]
    state: S

    def includes(self, record: Record) -> bool:
        """Whether `record` was already applied, so that this is a redelivery."""
        last = self.applied.get(_position(record))
        return last is not None and record.offset <= last.offset and record.timestamp <= last.timestamp


def after(previous: "Stored[Any] | None", record: Record, state: S) -> Stored[S]:
    """The stored form of `state`, which now includes `record`."""
    applied = {} if previous is None else dict(previous.applied)
    applied[_position(record)] = Applied(offset=record.offset, timestamp=record.timestamp)
    return Stored(applied=applied, state=state)


def _position(record: Record) -> str:
    return f"{record.topic}/{record.partition}"


class StateStore(Protocol):
    """Where a driver keeps the state of steps: by source partition and key."""

    def read(self, record: Record, key: bytes) -> bytes | None:
        """The stored bytes, or None."""
        ...

    async def write(self, record: Record, key: bytes, value: bytes | None) -> None:
        """Store bytes (None forgets the key); returns when a crash can no longer undo it."""
        ...
