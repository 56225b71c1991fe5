import pytest
from pydantic import ValidationError

from schemas.feedback import FeedbackGiven
from streams.client import RagstreamClient
from streams.client_feedback import given_now
from streams.codec import decode
from streams.records import Record
from streams.topics import FEEDBACK
from tests.streams.samples import NOON, clock


def test_feedback_has_an_id_of_its_own_and_the_time_that_it_was_given():
    first, second = given_now(NOON, "a", 1), given_now(NOON, "a", 1)
    assert first.event_id != second.event_id
    assert (first.at, first.kind, first.user_id) == (NOON, "thumb", None)


@pytest.mark.parametrize("score", [1.5, -2, float("nan")])
def test_a_score_out_of_range_is_refused_before_it_is_sent(score):
    with pytest.raises(ValidationError, match="score"):
        given_now(NOON, "a", score)


async def test_the_client_sends_it_keyed_by_its_answer(monkeypatch):
    client, sent = RagstreamClient("localhost:1", namespace="ns", now=clock), []

    async def send(records):
        sent.extend(records)

    monkeypatch.setattr(client._outbox, "send", send)
    event = await client.feedback("a", None, user_id="ann", kind="rating", comment="wrong year", tenant="acme")
    [record] = sent
    assert (record.topic, record.key) == ("ns.feedback", b"a")
    came = decode(Record("feedback", 0, 0, b"a", record.value, (), NOON), FEEDBACK)
    assert came.model_copy(update={"read_from": None}) == event
    assert isinstance(came, FeedbackGiven)
