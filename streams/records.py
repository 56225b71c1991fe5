"""Records as drivers hand them over, before anything has looked into them, and as they are to be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from schemas.event import Event

Headers = Sequence[tuple[str, bytes | None]]


def instant(milliseconds: float) -> datetime:
    """A record's timestamp, UTC. Kafka takes any 64-bit number; one that no date has becomes the epoch."""
    try:
        return datetime.fromtimestamp(milliseconds / 1_000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Record:
    """One Kafka record as read: nothing decoded, nothing trusted."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: datetime

    def header(self, name: str) -> str | None:
        """First header of that name as text; None when it is missing, null or not UTF-8."""
        for key, value in self.headers:
            if key == name and value is not None:
                try:
                    return value.decode("utf-8")
                except UnicodeDecodeError:
                    return None
        return None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record to send; without a `partition` it goes where its key belongs."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes] = field(default_factory=dict)
    partition: int | None = None
    event: Event | None = field(default=None, compare=False, repr=False)
    """What the value holds, for those who tell of it."""

    def with_headers(self, more: Mapping[str, bytes]) -> "Outgoing":
        return replace(self, headers={**self.headers, **more})


class Outbox(Protocol):
    """Where records are sent."""

    async def send(self, records: Sequence[Outgoing]) -> None:
        """Returns when every record is delivered. Raises `TransientError` when that is not known."""
        ...
