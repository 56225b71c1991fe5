import asyncio

import pytest

from schemas.answers import AnswerServed
from schemas.failures import TransientError
from streams.cli.answers_asked import ask_through_kafka


class Client:
    def __init__(self):
        self.waiting = self.most = 0
        self.asked = []

    async def ask(self, text, **how):
        self.asked.append(how)
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await asyncio.sleep(0.001 * (5 - len(text)))
        self.waiting -= 1
        if text == "down":
            raise TransientError("no broker answers")
        return AnswerServed(query_id=text, answer_id=text, question=text)


async def asks(client, *texts):
    told = []
    answers = await ask_through_kafka(client, "t", texts, at_once=2, timeout_s=3, asked=lambda: told.append(1))
    assert len(told) == len(texts)
    return answers


async def test_answers_are_in_the_order_of_the_questions_and_few_wait_at_once():
    client = Client()
    answers = await asks(client, "a", "bb", "ccc", "dddd")
    assert [answer.question for answer in answers] == ["a", "bb", "ccc", "dddd"]
    assert client.most == 2
    assert client.asked[0] == {"timeout_s": 3, "tenant": "t", "deadline_ms": 3_000}


async def test_a_client_that_breaks_ends_it():
    with pytest.raises(ExceptionGroup) as caught:
        await asks(Client(), "a", "down")
    assert caught.group_contains(TransientError)


async def test_no_questions_are_no_answers():
    assert await asks(Client()) == []
