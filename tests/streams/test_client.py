"""The client without a Kafka: what it sends. Its reading is told in `tests/live/`."""

import pytest
from aiokafka import TopicPartition

from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.failures import ConfigurationError, PermanentError
from streams.client import RagstreamClient
from streams.topics import DOCUMENTS
from tests.streams.samples import NOON, clock, event_of


@pytest.fixture
def client(monkeypatch):
    client = RagstreamClient("localhost:1", namespace="ns", source="test", now=clock)
    client.sent = []

    async def deliver(records):
        client.sent += records
        return [(1, len(client.sent) - len(records) + number) for number in range(len(records))]

    async def ends():
        return {TopicPartition("ns.index-log", 0): 5}

    monkeypatch.setattr(client._outbox, "deliver", deliver)
    monkeypatch.setattr(client, "_log_ends", ends)
    return client


async def test_a_receipt_says_where_the_document_lies(client):
    receipts = await client.ingest([DocumentUpserted(doc_id="a", text="x"), DocumentDeleted(doc_id="b")])
    assert [(each.doc_id, each.position) for each in receipts] == [
        ("a", ("ns.documents", 1, 0)),
        ("b", ("ns.documents", 1, 1)),
    ]
    assert receipts[0].before == {TopicPartition("ns.index-log", 0): 5}


async def test_id_and_time_are_filled_in_and_what_was_given_stays(client):
    given = DocumentUpserted(doc_id="a", text="x", event_id="mine", at=NOON.replace(year=2020))
    receipts = await client.ingest([given, DocumentUpserted(doc_id="b", text="x")])
    first, second = (event_of(each, DOCUMENTS) for each in client.sent)
    assert (first.event_id, first.at.year) == ("mine", 2020)
    assert (second.event_id, second.at) == (receipts[1].event_id, NOON)
    assert second.event_id


async def test_records_are_keyed_by_document(client):
    await client.ingest([DocumentUpserted(doc_id="a", text="x")])
    assert client.sent[0].key == b"a"
    assert client.sent[0].partition is None


async def test_a_document_that_is_too_large_is_refused_before_it_is_sent(client):
    large = DocumentUpserted(doc_id="large", text="x" * (DOCUMENTS.max_bytes + 1))
    with pytest.raises(PermanentError, match="takes"):
        await client.ingest([DocumentUpserted(doc_id="a", text="x"), large])
    assert [each.key for each in client.sent] == [b"a"]


async def test_whoever_asks_to_be_told_of_refusals_gets_the_rest_sent(client):
    refused = []
    documents = [
        DocumentUpserted(doc_id="large", text="x" * (DOCUMENTS.max_bytes + 1)),
        DocumentUpserted(doc_id="a", text="x"),
    ]
    receipts = [each async for each in client.ingesting(documents, lambda one, why: refused.append(one.doc_id))]
    assert refused == ["large"]
    assert [each.doc_id for each in receipts] == ["a"]


async def test_a_topic_that_is_not_in_the_table_is_named(client):
    with pytest.raises(ConfigurationError, match="no topic nonsense"):
        await anext(client.watch("nonsense"))


async def test_nothing_is_waited_for_without_receipts(client):
    assert [each async for each in client.outcomes([])] == []
