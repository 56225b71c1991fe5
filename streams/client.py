"""Documents and questions in, outcomes and answers out: what applications use. It knows Kafka and no other part.

A question's future is registered before the question is sent, and a document's outcome is read from where the logs
ended before the document was sent: so nothing that arrives quickly is missed.
"""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Literal, Self, TypeAlias, Unpack
from uuid import uuid4

from schemas.answers import Answer, AnswerDelta
from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.event import EPOCH, Event
from schemas.failures import ConfigurationError, PermanentError
from schemas.feedback import FeedbackGiven
from schemas.notifications import SubscriptionChanged
from streams import tracing
from streams.client_answers import PendingQuestions
from streams.client_feedback import Said, given_now
from streams.client_following import Following, events_of
from streams.client_outcomes import outcomes_of
from streams.client_questions import Asked, asked_now
from streams.client_reader import Positions, TopicReader
from streams.client_stream import ReleasedPieces
from streams.client_subscriptions import changed_now
from streams.client_values import DeadLetteredError, NotInTimeError, Outcome, Receipt
from streams.client_windows import each, windows
from streams.codec import encode
from streams.kafka_outbox import KafkaOutbox
from streams.records import Outgoing
from streams.topics import ANSWER_DELTAS, ANSWERS, DEAD_LETTERS, INDEX_LOG, QUERIES, TOPICS, TopicNames

__all__ = ["DeadLetteredError", "NotInTimeError", "Outcome", "RagstreamClient", "Receipt"]

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
        self._pieces = ReleasedPieces()
        self._answers = Following(
            bootstrap, self._names, (ANSWERS, DEAD_LETTERS), self._pending.arrived, self._pending.fail
        )
        self._deltas = Following(bootstrap, self._names, (ANSWER_DELTAS,), self._pieces.arrived, lambda _: None)

    async def __aenter__(self) -> Self:
        """Connect. Raises `TransientError` when no broker answers."""
        await self._outbox.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._answers.stop()
        await self._deltas.stop()
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

    async def ask(self, text: str, *, timeout_s: float = ANSWER_TIMEOUT_S, **asked: Unpack[Asked]) -> Answer:
        """Ask, and wait for whichever of the five outcomes comes.

        Raises `NotInTimeError` after `timeout_s` seconds, `DeadLetteredError` for a question that could not be
        processed, pydantic's `ValidationError` for one that is none.
        """
        question = asked_now(self._now(), text, **asked)
        await self._answers.start()
        self._pending.expect(question.query_id)
        try:
            await self._outbox.send([self._record(question)])
            return await self._pending.answer(question.query_id, timeout_s)
        finally:
            self._pending.forget(question.query_id)

    async def ask_stream(
        self, text: str, *, timeout_s: float = ANSWER_TIMEOUT_S, **asked: Unpack[Asked]
    ) -> AsyncGenerator[AnswerDelta | Answer, None]:
        """As `ask`, with pieces of the answer's text before it, as the output check lets them pass.

        A piece with a higher `attempt` begins the text anew. The answer is the last item, and what it says counts:
        pieces may be missing, and the answer may be no answer after all.
        """
        question = asked_now(self._now(), text, **asked).model_copy(update={"stream": True})
        await self._answers.start()
        await self._deltas.start()
        self._pending.expect(question.query_id)
        self._pieces.expect(question.query_id)
        try:
            await self._outbox.send([self._record(question)])
            answer = self._pending.answer(question.query_id, timeout_s)
            async with aclosing(self._pieces.until(question.query_id, answer)) as items:
                async for item in items:
                    yield item
        finally:
            self._pieces.forget(question.query_id)
            self._pending.forget(question.query_id)

    async def feedback(self, answer_id: str, score: float | None, **said: Unpack[Said]) -> FeedbackGiven:
        """Say how good an answer was, from -1 to 1, or take it back with None; gives the event once Kafka has it.

        What becomes of it is on `outcomes`, or in the dead letters. Raises pydantic's `ValidationError` for a score out
        of range, `TransientError` when delivery is not known; saying it again is harmless.
        """
        event = given_now(self._now(), answer_id, score, **said)
        await self._outbox.send([self._record(event)])
        return event

    async def subscribe(self, change: SubscriptionChanged) -> SubscriptionChanged:
        """Have somebody told of alerts, or no longer (`active=False`); gives the event once Kafka has it.

        The latest change of a tenant's subscription counts, by its name. Raises `ConfigurationError` for one that
        nobody could be told by, `TransientError` when delivery is not known; saying it again is harmless.
        """
        event = changed_now(self._now(), change)
        await self._outbox.send([self._record(event)])
        return event

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
            async for event in events_of(reader, self._names):
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
