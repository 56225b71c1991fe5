import asyncio

import pytest
from aiokafka import TopicPartition

from agents.answering.prompting import ANSWER
from schemas.failures import ConfigurationError, TransientError
from schemas.prompts import PromptLabelled, PromptPublished
from streams.control_events import ControlEvents
from streams.control_reader import ControlReader, following
from streams.prompt_book import InMemoryPromptBook
from streams.retry import Backoff
from tests.streams.prompt_samples import NAMES, labelled, published, recorded

PARTITION = TopicPartition("prompts", 0)
FIRST, SECOND = published("First."), published("Second.")


class Log:
    """A topic that grows, and can go away: what a `TopicReader` reads."""

    def __init__(self, *events):
        self.records = recorded(events)
        self.grown = asyncio.Condition()
        self.failures = []
        """Raised by the next openings."""
        self.broken = asyncio.Event()
        self.sought = []

    async def append(self, event):
        async with self.grown:
            self.records += recorded([event], first=len(self.records))
            self.grown.notify_all()

    async def break_off(self):
        async with self.grown:
            self.broken.set()
            self.grown.notify_all()

    def open(self):
        return Reading(self)


class Reading:
    def __init__(self, log):
        self.log = log
        self.at = 0

    async def __aenter__(self):
        if self.log.failures:
            raise self.log.failures.pop(0)
        return self

    async def __aexit__(self, *_): ...

    async def beginnings(self):
        return {PARTITION: 0}

    async def ends(self):
        return {PARTITION: len(self.log.records)}

    def seek(self, positions):
        self.at = positions[PARTITION]
        self.log.sought.append(self.at)

    async def records_until(self, ends):
        for record in self.log.records[self.at : ends[PARTITION]]:
            self.at += 1
            yield record

    async def records(self):
        while True:
            async with self.log.grown:
                await self.log.grown.wait_for(lambda: len(self.log.records) > self.at or self.log.broken.is_set())
            if self.log.broken.is_set():
                self.log.broken.clear()
                raise TransientError("reading from Kafka failed")
            self.at += 1
            yield self.log.records[self.at - 1]


@pytest.fixture
def waits():
    return []


@pytest.fixture
def book():
    return InMemoryPromptBook()


def reader(log, book, waits=None):
    async def sleep(seconds):
        waits.append(seconds)

    events = ControlEvents({PromptPublished: book.apply, PromptLabelled: book.apply}, NAMES)
    return ControlReader(events, log.open, Backoff(sleep=sleep) if waits is not None else None)


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


def serving(book):
    return book.prompt("default", "answer", "production").version


async def test_all_that_was_published_is_in_force_before_the_body_begins(book):
    log = Log(FIRST, SECOND, labelled(FIRST.version), labelled(SECOND.version))
    async with following(reader(log, book)):
        assert serving(book) == SECOND.version


async def test_what_is_published_later_comes_into_force_while_the_body_runs(book):
    log = Log(FIRST, SECOND, labelled(FIRST.version))
    async with following(reader(log, book)):
        await log.append(labelled(SECOND.version))
        await until(lambda: serving(book) == SECOND.version)


async def test_an_outage_at_the_start_is_waited_out_longer_each_time(book, waits):
    log = Log(FIRST, labelled(FIRST.version))
    log.failures = [TransientError("no broker"), ConfigurationError("no topic"), TimeoutError()]
    async with following(reader(log, book, waits)):
        assert serving(book) == FIRST.version
    assert len(waits) == 3
    assert waits[0] < waits[2]


async def test_an_outage_later_changes_nothing_and_reading_goes_on_where_it_stopped(book, waits):
    """A second reading from the beginning would put old labels in force again for a moment."""
    log = Log(FIRST, SECOND, labelled(FIRST.version), labelled(SECOND.version))
    async with following(reader(log, book, waits)):
        log.failures = [TransientError("no broker")]
        await log.break_off()
        await until(lambda: len(waits) == 2)
        assert serving(book) == SECOND.version
        await log.append(labelled(FIRST.version))
        await until(lambda: serving(book) == FIRST.version)
    assert log.sought == [0, 4]


async def test_an_empty_topic_is_caught_up_with_at_once(book):
    async with following(reader(Log(), book)):
        assert serving(book) == ANSWER.version


async def test_without_a_keeper_nothing_is_read():
    log = Log(FIRST)
    async with following(ControlReader(ControlEvents({}, NAMES), log.open)):
        assert log.sought == []


async def test_the_reader_ends_with_the_body_and_lets_its_error_out(book):
    with pytest.raises(ExceptionGroup) as caught:
        async with following(reader(Log(FIRST), book)):
            raise TransientError("the body")
    assert [str(each) for each in caught.value.exceptions] == ["the body"]


async def test_a_bug_in_reading_ends_the_body(book):
    log = Log(FIRST)
    log.failures = [RuntimeError("a bug")]
    with pytest.raises(ExceptionGroup) as caught:
        async with following(reader(log, book)):
            await asyncio.sleep(60)
    assert [str(each) for each in caught.value.exceptions] == ["a bug"]
