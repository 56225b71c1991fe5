"""Documents and questions in, outcomes and answers out: what applications use. It knows Kafka and no other part.

A question's future is registered before the question is sent, and a document's outcome is read from where the logs
ended before the document was sent: so nothing that arrives quickly is missed.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Literal, Self, TypeAlias
from uuid import uuid4

import structlog

from schemas.answers import Answer
from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.event import EPOCH, Event
from schemas.failures import ConfigurationError, PermanentError, TransientError
from schemas.questions import QuestionAsked, Scalar
from streams import tracing
from streams.client_answers import PendingQuestions
from streams.client_outcomes import outcomes_of
from streams.client_reader import Positions, TopicReader
from streams.client_values import DeadLetteredError, NotInTimeError, Outcome, Receipt
from streams.client_windows import each, windows
from streams.codec import Malformed, decode, encode
from streams.kafka_outbox import KafkaOutbox
from streams.records import Outgoing
from streams.topics import ANSWERS, DEAD_LETTERS, INDEX_LOG, QUERIES, TOPICS, TopicNames

__all__ = ["DeadLetteredError", "NotInTimeError", "Outcome", "RagstreamClient", "Receipt"]

log = structlog.get_logger()

DocumentEvent: TypeAlias = DocumentUpserted | DocumentDeleted
Refused: TypeAlias = Callable[[DocumentEvent, PermanentError], None]

ANSWER_TIMEOUT_S: Final = 60.0


def _now() -> datetime:
    return datetime.now(UTC)


class RagstreamClient:
    """One connection to ragstream, for any number of concurrent callers on one event loop. Use it in `async with`."""

    def __init__(
        self,
        bootstrap: str,
        *,
        namespace: str = "",
        source: str = "ragstream-client",
        now: Callable[[], datetime] = _now,
    ) -> None:
        """`bootstrap` is Kafka's `host:port[,host:port]`; `source` is told to readers as the events' `ce_source`."""
        self._bootstrap = bootstrap
        self._names = TopicNames(namespace)
        self._source = source
        self._now = now
        self._outbox = KafkaOutbox(bootstrap, source)
        self._pending = PendingQuestions(self._names.wire(QUERIES))
        self._opening = asyncio.Lock()
        self._answers: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Self:
        """Connect. Raises `TransientError` when no broker answers."""
        await self._outbox.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._answers is not None:
            self._answers.cancel()
            await asyncio.wait({self._answers})
        await self._outbox.stop()

    async def ingest(self, documents: AsyncIterable[DocumentEvent] | Iterable[DocumentEvent]) -> list[Receipt]:
        """Send documents and deletions; returns when Kafka has all of them, one receipt each, in order.

        A missing `event_id` is drawn, a missing `at` is now. Raises `PermanentError` for a document that is too
        large, `TransientError` when delivery is not known; what was sent before stays sent.
        """
        return [receipt async for receipt in self.ingesting(documents)]

    async def ingesting(
        self, documents: AsyncIterable[DocumentEvent] | Iterable[DocumentEvent], refused: Refused | None = None
    ) -> AsyncIterator[Receipt]:
        """As `ingest`, receipt by receipt, so that an endless source will do.

        A document that is too large is told to `refused`, when there is one, and the rest goes on.
        """
        before = await self._log_ends()
        async for window in windows(self._encoded(documents, refused)):
            delivered = await self._outbox.deliver([record for _, record in window])
            for (event, record), (partition, offset) in zip(window, delivered, strict=True):
                yield Receipt(event.doc_id, event.event_id, record.topic, partition, offset, before)

    def outcomes(self, receipts: Sequence[Receipt], timeout_s: float | None = None) -> AsyncIterator[Outcome]:
        """What becomes of each document, as it becomes known; ends when all are.

        Raises `NotInTimeError` when some are still unknown after `timeout_s` seconds.
        """
        return outcomes_of(receipts, self._bootstrap, self._names, timeout_s)

    async def ask(
        self,
        text: str,
        *,
        tenant: str = "default",
        groups: Sequence[str] = (),
        filters: Mapping[str, Scalar] | None = None,
        top_k: int = 8,
        deadline_ms: int | None = None,
        user_id: str | None = None,
        session_id: str | None = None,
        timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> Answer:
        """Ask, and wait for whichever of the five outcomes comes.

        Raises `NotInTimeError` after `timeout_s` seconds, `DeadLetteredError` for a question that could not be
        processed, pydantic's `ValidationError` for one that is none.
        """
        query_id = str(uuid4())
        question = QuestionAsked(
            event_id=query_id,
            query_id=query_id,
            at=self._now(),
            tenant=tenant,
            text=text,
            user_id=user_id,
            session_id=session_id,
            groups=tuple(groups),
            filters=dict(filters or {}),
            top_k=top_k,
            deadline_ms=deadline_ms,
        )
        await self._read_answers()
        self._pending.expect(query_id)
        try:
            await self._outbox.send([self._record(question)])
            return await self._pending.answer(query_id, timeout_s)
        finally:
            self._pending.forget(query_id)

    async def watch(self, *topics: str, since: Literal["now", "start"] = "now") -> AsyncIterator[Event]:
        """Events of topics by the topics table's names, as they arrive; what is no event is left out.

        Raises `ConfigurationError` for a name that is not in the table, and what `TopicReader` raises.
        """
        rows = {topic.name: topic for topic in TOPICS}
        unknown = [name for name in topics if name not in rows]
        if unknown or not topics:
            raise ConfigurationError(f"no topic {', '.join(unknown) or 'was named'}: there are {', '.join(rows)}")
        async with TopicReader.of(self._bootstrap, self._names, [rows[name] for name in topics]) as reader:
            reader.seek(await (reader.ends() if since == "now" else reader.beginnings()))
            async for event in self._events(reader):
                yield event

    async def _encoded(
        self, documents: AsyncIterable[DocumentEvent] | Iterable[DocumentEvent], refused: Refused | None
    ) -> AsyncIterator[tuple[DocumentEvent, Outgoing]]:
        async for document in each(documents):
            event = document.model_copy(
                update={
                    "event_id": document.event_id or str(uuid4()),
                    "at": self._now() if document.at == EPOCH else document.at,
                }
            )
            try:
                record = self._record(event)
            except PermanentError as error:
                if refused is None:
                    raise
                refused(document, error)
            else:
                yield event, record

    def _record(self, event: Event) -> Outgoing:
        return encode(event, self._names, self._source).with_headers(tracing.inject())

    async def _log_ends(self) -> Positions:
        async with TopicReader.of(self._bootstrap, self._names, (INDEX_LOG, DEAD_LETTERS)) as reader:
            return await reader.ends()

    async def _read_answers(self) -> None:
        """Start the one reader of answers, unless it runs; on return it will see all that is answered from now on."""
        async with self._opening:
            if self._answers is not None and not self._answers.done():
                return
            reader = TopicReader.of(self._bootstrap, self._names, (ANSWERS, DEAD_LETTERS))
            await reader.__aenter__()
            try:
                reader.seek(await reader.ends())
            except BaseException:
                await reader.__aexit__(None, None, None)
                raise
            self._answers = asyncio.ensure_future(self._hand_out(reader))
            self._answers.add_done_callback(self._reader_ended)

    async def _hand_out(self, reader: TopicReader) -> None:
        try:
            async for event in self._events(reader):
                self._pending.arrived(event)
        finally:
            await reader.__aexit__(None, None, None)

    def _reader_ended(self, reading: "asyncio.Future[None]") -> None:
        error = None if reading.cancelled() else reading.exception()
        self._pending.fail(error or TransientError("the client was closed before the answer came"))

    async def _events(self, reader: TopicReader) -> AsyncIterator[Event]:
        async for record in reader.records():
            event = decode(record, self._names.topic(record.topic))
            if isinstance(event, Malformed):
                log.warning("no event", topic=record.topic, partition=record.partition, offset=record.offset)
            else:
                yield event
