import asyncio
import time
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiokafka import TopicPartition

from schemas.failures import TransientError
from streams import conversation_log
from streams.codec import encode
from streams.conversation_log import ConversationLog, LocalConversationLog, reading_along
from streams.local_driver import LocalBroker
from streams.records import Record
from streams.retry import Backoff
from streams.sessions import Sessions
from streams.topics import ANSWERS, TopicNames
from tests.streams.samples import NOON, clock
from tests.streams.test_sessions import answer, asked

TOPIC = "ns.answers"
PARTITIONS = [TopicPartition(TOPIC, number) for number in range(ANSWERS.partitions)]


class FakeKafka:
    """The topic of answers, and readers of it that see what is `visible`."""

    def __init__(self):
        self.logs = {each: [] for each in PARTITIONS}
        self.visible = asyncio.Event()
        self.visible.set()
        self.away = 0
        self.sought = []

    def append(self, event, partition=0):
        outgoing = encode(event, TopicNames("ns"), "test")
        log = self.logs[PARTITIONS[partition]]
        log.append(Record(TOPIC, partition, len(log), None, outgoing.value, tuple(outgoing.headers.items()), event.at))

    @asynccontextmanager
    async def open(self):
        if self.away:
            self.away -= 1
            raise TransientError("no broker")
        yield FakeReader(self)


class FakeReader:
    def __init__(self, kafka):
        self.kafka = kafka
        self.positions = {}
        self.rests = False

    def rest(self):
        self.rests = True

    async def ends(self):
        return {each: len(log) for each, log in self.kafka.logs.items()}

    async def since(self, at):
        return {
            each: next((number for number, record in enumerate(log) if record.timestamp >= at), len(log))
            for each, log in self.kafka.logs.items()
        }

    def seek(self, positions):
        self.positions = dict(positions)
        self.kafka.sought.append(self.positions.copy())

    async def records(self):
        assert not self.rests
        while True:
            await self.kafka.visible.wait()
            for each, log in self.kafka.logs.items():
                while self.positions[each] < len(log):
                    self.positions[each] += 1
                    yield log[self.positions[each] - 1]
            await asyncio.sleep(0.001)


@pytest.fixture
async def kafka():
    return FakeKafka()


@asynccontextmanager
async def reading(kafka):
    async with reading_along(ConversationLog(Sessions(), kafka.open, clock, Backoff(base_s=0.001))) as log:
        yield log


async def questions(log, question=None):
    return [turn.question for turn in await log.turns(question or asked())]


async def test_an_answer_that_is_on_the_topic_is_known_however_fresh_and_wherever_it_lies(kafka):
    async with reading(kafka) as log:
        for number in range(6):
            kafka.append(answer(number, minutes=number), number % ANSWERS.partitions)
            assert await questions(log) == [f"question {each}" for each in range(number + 1)]


async def test_a_worker_that_starts_knows_the_last_hour(kafka):
    kafka.append(answer(1, minutes=-90))
    kafka.append(answer(2, minutes=-30))
    async with reading(kafka) as log:
        assert await questions(log) == ["question 2"]
    assert kafka.sought[0][PARTITIONS[0]] == 1


async def test_of_a_long_hour_the_end_is_read(kafka, monkeypatch):
    monkeypatch.setattr(conversation_log, "MOST_RECORDS", 2)
    for number in range(5):
        kafka.append(answer(number))
    async with reading(kafka) as log:
        assert await questions(log) == ["question 3", "question 4"]


async def test_an_answer_that_does_not_arrive_is_not_waited_for_longer_than_a_moment(kafka, monkeypatch):
    monkeypatch.setattr(conversation_log, "PATIENCE_S", 0.05)
    async with reading(kafka) as log:
        kafka.append(answer(1))
        assert await questions(log) == ["question 1"]
        kafka.visible.clear()
        await asyncio.sleep(0.01)
        kafka.append(answer(2))
        began = time.monotonic()
        assert await questions(log) == ["question 1"]
        assert time.monotonic() - began < 2


async def test_a_question_without_a_session_does_not_wait(kafka):
    log = ConversationLog(Sessions(), kafka.open, clock)
    assert await asyncio.wait_for(log.turns(asked(session_id=None)), 0.01) == ()


async def test_an_outage_is_waited_out_and_reading_goes_on_where_it_stopped(kafka, monkeypatch):
    kafka.append(answer(1))
    kafka.away = 3
    async with reading(kafka) as log:
        monkeypatch.setattr(conversation_log, "PATIENCE_S", 5)
        assert await questions(log) == ["question 1"]
    assert kafka.away == 0


async def test_while_kafka_is_away_what_is_known_is_given(kafka, monkeypatch):
    monkeypatch.setattr(conversation_log, "PATIENCE_S", 0.01)
    sessions = Sessions()
    sessions.add(answer(1))
    log = ConversationLog(sessions, kafka.open, clock)
    assert await questions(log) == ["question 1"]


async def test_what_is_no_answer_is_passed_over(kafka):
    kafka.logs[PARTITIONS[0]].append(Record(TOPIC, 0, 0, None, b'"session_id":"{', (), NOON))
    kafka.logs[PARTITIONS[0]].append(Record(TOPIC, 0, 1, None, None, (), NOON))
    async with reading(kafka) as log:
        kafka.append(answer(1))
        assert await questions(log) == ["question 1"]


async def test_a_broker_in_memory_is_read_when_it_is_asked():
    broker = LocalBroker(clock)
    log = LocalConversationLog(Sessions(), broker)
    for number in range(4):
        await broker.publish(answer(number, minutes=number))
        assert await questions(log) == [f"question {each}" for each in range(number + 1)]
    await broker.publish(answer(9, at=NOON - timedelta(days=1)))
    assert len(await questions(log)) == 4
