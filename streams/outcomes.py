"""What became of one record inside the runner, before anything was sent."""

from dataclasses import dataclass, field
from typing import Any

from opentelemetry.trace import Span

from streams.records import Outgoing, Record
from streams.state import Stored


@dataclass(frozen=True)
class Failure:
    """Why a record goes to the dead letters. `malformed` ones are the producer's doing, all others are ours."""

    reason: str
    error: str
    attempts: int = 1
    malformed: bool = False


@dataclass
class Work:
    """One record on its way through the runner. It has an event to process, or a failure, or a way home."""

    record: Record
    span: Span
    event: Any = None
    outgoing: list[Outgoing] = field(default_factory=list)
    failure: Failure | None = None
    late: bool = False
    """Its time ran out, and its fallback speaks for it."""

    @property
    def outcome(self) -> str:
        """`processed`, `late`, `dead-lettered`, or `rerouted` to the partition that its key belongs to."""
        if self.failure is not None:
            return "dead-lettered"
        if self.event is None:
            return "rerouted"
        return "late" if self.late else "processed"


@dataclass(frozen=True)
class Write:
    """State to store once the outputs are delivered; None forgets the key."""

    record: Record
    key: bytes
    stored: Stored[Any] | None

    def value(self) -> bytes | None:
        return None if self.stored is None else self.stored.model_dump_json().encode()
