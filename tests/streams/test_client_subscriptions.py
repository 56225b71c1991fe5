import pytest

from schemas.failures import ConfigurationError
from streams.client import RagstreamClient
from streams.client_subscriptions import changed_now
from streams.codec import decode
from streams.records import Record
from streams.topics import SUBSCRIPTIONS
from tests.agents.dispatching.samples import subscribed
from tests.streams.samples import NOON, clock


def test_a_change_has_an_id_of_its_own_and_the_time_that_it_was_made():
    first, second = changed_now(NOON, subscribed(at=NOON)), changed_now(NOON, subscribed())
    assert first.event_id != second.event_id
    assert first.at == NOON


def test_what_nobody_could_be_told_by_is_refused_before_it_is_sent_but_may_be_ended():
    with pytest.raises(ConfigurationError):
        changed_now(NOON, subscribed(target="nonsense"))
    assert not changed_now(NOON, subscribed(target="nonsense", active=False)).active


async def test_the_client_sends_it_keyed_by_its_name(monkeypatch):
    client, sent = RagstreamClient("localhost:1", namespace="ns", now=clock), []

    async def send(records):
        sent.extend(records)

    monkeypatch.setattr(client._outbox, "send", send)
    event = await client.subscribe(subscribed(tenant="acme"))
    [record] = sent
    assert (record.topic, record.key) == ("ns.subscriptions", b"acme/on-call#subscription")
    came = decode(Record("subscriptions", 0, 0, record.key, record.value, (), NOON), SUBSCRIPTIONS)
    assert came.model_copy(update={"read_from": None}) == event
