"""Records of the control topics in, each event handed to whoever keeps its kind; what is none never stops a worker."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import structlog

from schemas.event import Event
from schemas.failures import RagstreamError
from streams.codec import Malformed, decode, encode
from streams.dead_letters import dead_letter
from streams.records import Outgoing, Record
from streams.topic import Topic
from streams.topics import CONTROL, TopicNames

log = structlog.get_logger()

STAGE: Final = "control"
"""Stage in the dead letters of control topics."""

MOST_PROBLEMS: Final = 100

Applier = Callable[[Any], None]
"""Takes one event in. What it raises is said, and the event counts as refused."""


class LetterOutbox(Protocol):
    """Where dead letters are sent."""

    async def send(self, records: Sequence[Outgoing]) -> None:
        """Returns when every record is delivered. Raises `TransientError` when that is not known."""
        ...


class ControlEvents:
    """Applies control events in the order of their topics.

    A record that is no event, or that its keeper refuses, is logged and dead-lettered; its letter has the same id in
    every worker and after every start, and counts once. What was in force stays in force.
    """

    def __init__(
        self,
        appliers: Mapping[type[Event], Applier],
        names: TopicNames,
        outbox: LetterOutbox | None = None,
        *,
        source: str = "ragstream-control",
    ) -> None:
        """`appliers` has a keeper per kind of event. Without an `outbox` what is refused is only logged."""
        self._appliers = appliers
        self._outbox = outbox
        self._source = source
        self.names = names
        self.topics: tuple[Topic, ...] = tuple(
            topic for topic in CONTROL if not appliers.keys().isdisjoint(topic.events)
        )
        """Those that carry a kind which somebody keeps."""
        self._wrong: dict[tuple[str, bytes | None], str] = {}

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each key whose last record was no event or was refused, 100 at most, oldest first.

        What comes under the same key after it, a null value too, takes it back: compaction will take that record away.
        """
        return tuple(self._wrong.values())

    async def take(self, record: Record) -> bool:
        """Apply one record; gives whether it was. Raises nothing that the record is to blame for."""
        self._wrong.pop((record.topic, record.key), None)
        if record.value is None:
            log.info("a control record was withdrawn; it stays in force until the next start", **_place(record))
            return False
        event = decode(record, self.names.topic(record.topic))
        if isinstance(event, Malformed):
            await self._refuse(record, event.reason, "Malformed")
            return False
        apply = self._appliers.get(type(event))
        if apply is None:
            return False
        try:
            apply(event)
        except Exception as error:  # noqa: BLE001 - a bug in a keeper must not take the worker's other controls away
            await self._refuse(record, str(error), type(error).__name__, event.tenant)
            return False
        return True

    async def _refuse(self, record: Record, reason: str, error: str, tenant: str = "default") -> None:
        self._wrong[record.topic, record.key] = f"{record.topic}/{record.partition}@{record.offset}: {reason}"
        if len(self._wrong) > MOST_PROBLEMS:
            del self._wrong[next(iter(self._wrong))]
        log.error("control record refused", reason=reason, error=error, **_place(record))
        if self._outbox is None:
            return
        letter = dead_letter(record, stage=STAGE, reason=reason, error=error, tenant=tenant)
        try:
            await self._outbox.send([encode(letter, self.names, self._source)])
        except RagstreamError as failed:
            log.warning("dead letter not sent", reason=str(failed), **_place(record))


def _place(record: Record) -> dict[str, Any]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}
