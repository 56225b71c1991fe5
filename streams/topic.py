"""What one row of the topics table says."""

from dataclasses import dataclass
from typing import Final

from schemas.event import Event

MIB: Final = 1_048_576
DAY_MS: Final = 86_400_000
FOREVER: Final = -1


@dataclass(frozen=True)
class Topic:
    """One row: what travels on a topic, how it is keyed, spread and kept."""

    name: str
    events: tuple[type[Event], ...]
    """The closed union; a bare value without a type is the first of them."""
    key: str
    """Name of the field that a record's key is taken from."""
    about: str
    partitions: int = 4
    retention_ms: int = 7 * DAY_MS
    """-1 keeps everything: the topic is a source of truth."""
    max_bytes: int = MIB
    """Largest record value that the topic takes."""
    tombstone: type[Event] | None = None
    """The event that a null value stands for, its key being the event's key field."""
    compacted: bool = False

    def event_named(self, name: str) -> type[Event] | None:
        return next((kind for kind in self.events if kind.__name__ == name), None)

    def key_of(self, event: Event) -> bytes:
        return str(getattr(event, self.key)).encode("utf-8", "surrogatepass")

    def config(self) -> dict[str, str]:
        """Kafka's own names for what this row says."""
        return {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(self.max_bytes + 65_536),  # room for key, headers and batch framing
        }
