import asyncio
from types import SimpleNamespace

import pytest

from schemas.answers import AnswerServed
from schemas.failures import TransientError
from streams import client_following
from streams.client_following import Following
from streams.codec import encode
from streams.records import Record
from streams.topics import ANSWERS, TopicNames
from tests.streams.samples import NOON

NAMES = TopicNames("ns")


class FakeReader:
    """Reads what its queue is given: records, or an error."""

    opened = 0
    open_now = 0

    def __init__(self):
        self.arrivals = asyncio.Queue()
        self.sought = None

    async def __aenter__(self):
        type(self).opened += 1
        type(self).open_now += 1

    async def __aexit__(self, *_):
        type(self).open_now -= 1

    async def ends(self):
        return "ends"

    def seek(self, positions):
        self.sought = positions

    async def records(self):
        while True:
            arrival = await self.arrivals.get()
            if isinstance(arrival, Exception):
                raise arrival
            yield arrival


@pytest.fixture
async def reader(monkeypatch):
    monkeypatch.setattr(FakeReader, "opened", 0)
    monkeypatch.setattr(FakeReader, "open_now", 0)
    reader = FakeReader()
    monkeypatch.setattr(client_following, "TopicReader", SimpleNamespace(of=lambda *_: reader))
    return reader


@pytest.fixture
async def following(reader):
    taken, ended = [], []
    following = Following("localhost:1", NAMES, (ANSWERS,), taken.append, ended.append)
    following.taken, following.errors = taken, ended
    yield following
    await following.stop()


def record(value):
    return Record("ns.answers", 0, 0, None, value, (), NOON)


def answer(query_id):
    return record(encode(AnswerServed(query_id=query_id, answer_id="a"), NAMES, "test").value)


async def settled():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_events_are_handed_on_from_the_ends_on_and_what_is_none_is_left_out(following, reader):
    await following.start()
    assert reader.sought == "ends"
    for arrival in (answer("q1"), record(b"{"), answer("q2")):
        reader.arrivals.put_nowait(arrival)
    await settled()
    assert [event.query_id for event in following.taken] == ["q1", "q2"]


async def test_many_who_need_it_start_it_once(following):
    await asyncio.gather(*(following.start() for _ in range(9)))
    assert FakeReader.opened == 1


async def test_a_reader_that_broke_is_told_and_started_anew_when_it_is_needed(following, reader):
    await following.start()
    reader.arrivals.put_nowait(TransientError("no broker"))
    await settled()
    assert [str(error) for error in following.errors] == ["no broker"]
    assert FakeReader.open_now == 0
    await following.start()
    assert (FakeReader.opened, FakeReader.open_now) == (2, 1)


async def test_when_it_is_stopped_those_who_wait_are_told(following):
    await following.start()
    await following.stop()
    await settled()
    assert [type(error) for error in following.errors] == [TransientError]
    assert FakeReader.open_now == 0


async def test_one_that_was_never_needed_stops_without_a_word(following):
    await following.stop()
    assert (FakeReader.opened, following.errors) == (0, [])
