"""What the client gives back, and what it raises."""

from dataclasses import dataclass, field

from schemas.failures import PermanentError, TransientError
from schemas.index_log import DocumentIndexed, DocumentSkipped
from schemas.operations import DeadLettered
from streams.client_reader import Positions


@dataclass(frozen=True)
class Receipt:
    """Where on Kafka a document event lies; Kafka has confirmed it."""

    doc_id: str
    event_id: str
    topic: str
    partition: int
    offset: int
    before: Positions = field(repr=False, compare=False)
    """Where the logs that tell of its outcome ended before it was sent."""

    @property
    def position(self) -> tuple[str, int, int]:
        return self.topic, self.partition, self.offset


@dataclass(frozen=True)
class Outcome:
    """What became of a document event."""

    receipt: Receipt
    event: DocumentIndexed | DocumentSkipped | DeadLettered


class NotInTimeError(TransientError, TimeoutError):
    """What was waited for had not arrived when the caller's time was up; it may still come."""


class DeadLetteredError(PermanentError):
    """A question could not be processed; `letter` has the reason."""

    def __init__(self, letter: DeadLettered) -> None:
        self.letter = letter
        super().__init__(f"the question went to the dead letters ({letter.event_id}): {letter.reason}")
