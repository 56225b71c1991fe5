"""The topic of answers in, the turns of conversations out: every answering worker reads along, in no group.

A follow-up may be asked of another worker than the question before it, a moment after its answer. So before turns are
given, the reader catches up with the topic's end as Kafka tells it, for `PATIENCE_S` at most; an answer that it had not
seen by then is missing from the conversation, and nothing else happens.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Final, Protocol

import structlog
from aiokafka import TopicPartition

from agents.ports import Clock
from schemas.answers import Answer
from schemas.drafts import Turn
from schemas.failures import ConfigurationError
from schemas.questions import QuestionAsked
from streams.client_reader import Positions, TopicReader
from streams.codec import decode
from streams.local_driver import LocalBroker
from streams.records import Record
from streams.retry import TRANSIENT, Backoff
from streams.sessions import Sessions
from streams.topics import ANSWERS, TopicNames

PATIENCE_S: Final = 0.2
MOST_RECORDS: Final = 20_000
"""Of each partition, read at the start: the last, however long the window is."""
_IN_A_SESSION: Final = b'"session_id":"'

log = structlog.get_logger()


class Reader(Protocol):
    """What is needed of a `TopicReader`."""

    async def ends(self) -> Positions: ...
    async def since(self, at: datetime) -> Positions: ...
    def seek(self, positions: Positions) -> None: ...
    def rest(self) -> None: ...
    def records(self) -> AsyncIterator[Record]: ...


class ConversationLog:
    """`Conversations` from a Kafka topic. `run` must be running."""

    def __init__(
        self,
        sessions: Sessions,
        open_reader: Callable[[], AbstractAsyncContextManager[Reader]],
        clock: Clock,
        backoff: Backoff | None = None,
    ) -> None:
        self._sessions = sessions
        self._open = open_reader
        self._clock = clock
        self._backoff = backoff or Backoff(cap_s=5.0)
        self._asked: Reader | None = None
        """Tells where the topic ends. One that reads can't be asked: its answer would wait behind a long fetch."""
        self._positions: dict[TopicPartition, int] = {}
        self._moved = asyncio.Condition()

    @classmethod
    def on_kafka(cls, bootstrap: str, names: TopicNames, clock: Clock, sessions: Sessions) -> "ConversationLog":
        """A log of the answers that are on Kafka."""
        return cls(sessions, lambda: TopicReader.of(bootstrap, names, (ANSWERS,)), clock)

    async def run(self) -> None:
        """Read for good. An outage is waited out; what was read before it stays known."""
        failed = 0
        while True:
            try:
                await self._follow()
            except (*TRANSIENT, ConfigurationError) as error:
                failed += 1
                log.warning("answers are away", attempt=failed, reason=str(error)[:300])
                await self._backoff.wait(failed)
            finally:
                self._asked = None

    async def turns(self, question: QuestionAsked) -> Sequence[Turn]:
        """The last turns of the question's session, oldest first: only of its own tenant and user."""
        if question.session_id is None:
            return ()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._catch_up()
        except TimeoutError:
            log.warning("conversation is behind", patience_s=PATIENCE_S)
        except TRANSIENT as error:
            log.warning("conversation may be behind", reason=str(error)[:300])
        return self._sessions.turns(question)

    async def _catch_up(self) -> None:
        async with self._moved:
            await self._moved.wait_for(lambda: self._asked is not None)
        if self._asked is None:
            raise TimeoutError  # Kafka went away again at this moment
        ends = await self._asked.ends()
        async with self._moved:
            await self._moved.wait_for(lambda: all(self._positions.get(each, 0) >= end for each, end in ends.items()))

    async def _follow(self) -> None:
        async with self._open() as reader, self._open() as asked:
            asked.rest()
            self._positions = self._positions or await self._beginning(reader)
            reader.seek(self._positions)
            async with self._moved:
                self._asked = asked
                self._moved.notify_all()
            async for record in reader.records():
                self._take(record)
                async with self._moved:
                    self._positions[TopicPartition(record.topic, record.partition)] = record.offset + 1
                    self._moved.notify_all()

    async def _beginning(self, reader: Reader) -> dict[TopicPartition, int]:
        since = await reader.since(self._clock() - self._sessions.limits.window)
        ends = await reader.ends()
        return {each: max(offset, ends[each] - MOST_RECORDS) for each, offset in since.items()}

    def _take(self, record: Record) -> None:
        event = decode(record, ANSWERS) if _IN_A_SESSION in (record.value or b"") else None
        if isinstance(event, Answer):
            self._sessions.add(event)


@asynccontextmanager
async def reading_along(log: ConversationLog) -> AsyncIterator[ConversationLog]:
    """Run a log beside the body. What ends it ends the body, as in a task group."""
    async with asyncio.TaskGroup() as group:
        running = group.create_task(log.run())
        yield log
        running.cancel()


class LocalConversationLog:
    """The same from a broker in memory: what it holds is read when it is asked for."""

    def __init__(self, sessions: Sessions, broker: LocalBroker) -> None:
        self._sessions = sessions
        self._broker = broker
        self._positions: dict[int, int] = {}

    async def turns(self, question: QuestionAsked) -> Sequence[Turn]:
        """The last turns of the question's session, oldest first: only of its own tenant and user."""
        topic = self._broker.names.wire(ANSWERS)
        for partition in range(ANSWERS.partitions):
            records = self._broker.logs[topic, partition][self._positions.get(partition, 0) :]
            for event in (decode(record, ANSWERS) for record in records):
                if isinstance(event, Answer):
                    self._sessions.add(event)
            self._positions[partition] = self._positions.get(partition, 0) + len(records)
        return self._sessions.turns(question)
