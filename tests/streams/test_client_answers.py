import asyncio
import base64

import pytest

from schemas.answers import AnswerFailed, AnswerServed
from schemas.failures import TransientError
from schemas.operations import DeadLettered, Header
from streams import client_answers
from streams.client_answers import PendingQuestions
from streams.client_values import DeadLetteredError, NotInTimeError


def served(query_id, text="yes"):
    return AnswerServed(query_id=query_id, answer_id=f"answer to {query_id}", text=text)


def letter(query_id, topic="queries"):
    return DeadLettered(
        event_id="letter",
        topic=topic,
        partition=0,
        offset=0,
        headers=(Header(key="ce_id", value=base64.b64encode(query_id.encode())),),
        stage="answer",
        reason="it broke",
        error="ValueError",
    )


async def test_each_of_many_askers_gets_their_own_answer():
    pending = PendingQuestions("queries")
    ids = [f"q{number}" for number in range(50)]
    for query_id in ids:
        pending.expect(query_id)
    asking = asyncio.gather(*(pending.answer(query_id, 5) for query_id in ids))
    await asyncio.sleep(0)
    for query_id in reversed(ids):
        pending.arrived(served(query_id))
    assert [answer.query_id for answer in await asking] == ids


async def test_an_answer_that_came_before_anybody_waited_is_kept():
    pending = PendingQuestions("queries")
    pending.expect("q")
    pending.arrived(served("q"))
    assert (await pending.answer("q", 1)).query_id == "q"


async def test_answers_to_other_peoples_questions_are_passed_over():
    pending = PendingQuestions("queries")
    pending.expect("q")
    pending.arrived(served("somebody else's"))
    with pytest.raises(NotInTimeError, match="no answer to question q within"):
        await pending.answer("q", 0.01)


async def test_a_redelivered_answer_changes_nothing():
    pending = PendingQuestions("queries")
    pending.expect("q")
    pending.arrived(served("q", "first"))
    pending.arrived(served("q", "again"))
    assert (await pending.answer("q", 1)).text == "first"


async def test_a_dead_lettered_question_raises(monkeypatch):
    monkeypatch.setattr(client_answers, "GRACE_S", 0.01)
    pending = PendingQuestions("queries")
    pending.expect("q")
    pending.arrived(letter("q"))
    with pytest.raises(DeadLetteredError, match="it broke"):
        await pending.answer("q", 5)


async def test_a_failed_answer_says_more_than_the_dead_letter_that_came_before_it():
    pending = PendingQuestions("queries")
    pending.expect("q")
    pending.arrived(letter("q"))
    asking = asyncio.ensure_future(pending.answer("q", 5))
    await asyncio.sleep(0.01)
    pending.arrived(AnswerFailed(query_id="q", answer_id="a", reason="late"))
    assert isinstance(await asking, AnswerFailed)


async def test_a_dead_letter_of_another_topic_is_no_answer():
    pending = PendingQuestions("queries")
    pending.expect("q")
    pending.arrived(letter("q", topic="documents"))
    with pytest.raises(NotInTimeError):
        await pending.answer("q", 0.01)


async def test_when_reading_fails_everybody_who_waits_is_told():
    pending = PendingQuestions("queries")
    pending.expect("q")
    asking = asyncio.ensure_future(pending.answer("q", 5))
    await asyncio.sleep(0)
    pending.fail(TransientError("Kafka is away"))
    with pytest.raises(TransientError, match="Kafka is away"):
        await asking


async def test_nothing_is_kept_of_a_forgotten_question():
    pending = PendingQuestions("queries")
    pending.expect("q")
    pending.forget("q")
    pending.arrived(served("q"))
    assert len(pending) == 0
