from dataclasses import replace

import pytest

from streams import subscription_log
from streams.codec import encode
from streams.records import Record
from streams.subscription_log import read_subscriptions
from streams.topics import TopicNames
from tests.agents.dispatching.samples import NOON, subscribed

NAMES = TopicNames()


@pytest.fixture
def read(monkeypatch):
    """The log of some records of the topic."""

    async def reading(*events):
        async def read_to_end(_bootstrap, control):
            for number, event in enumerate(events):
                sent = encode(event, NAMES, "test")
                record = Record(sent.topic, 0, number, sent.key, sent.value, (), NOON)
                await control.take(replace(record, key=record.key))

        monkeypatch.setattr(subscription_log, "read_to_end", read_to_end)
        return await read_subscriptions("localhost:1", NAMES)

    return reading


async def test_subscriptions_come_into_the_book(read):
    log = await read(subscribed("a"), subscribed("b"), subscribed("a", active=False))
    assert [each.subscription for each in log.book.active("default")] == ["b"]
    assert log.problems == ()


async def test_one_that_nobody_could_be_told_by_is_a_problem(read):
    log = await read(subscribed("a"), subscribed("b", target="nonsense"))
    assert [each.subscription for each in log.book.active("default")] == ["a"]
    [problem] = log.problems
    assert "http or https" in problem
