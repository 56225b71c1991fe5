"""The limits that requests share: places at the model, the deadline, the circuit breaker, and a caller who hangs up."""

import asyncio
from contextlib import aclosing

import pytest

from schemas.failures import ModelUnavailableError, PermanentError, TransientError
from schemas.prompts import ChatSettings
from tests.contracts.chat_model_contract import QUESTION
from tests.infra.scripted_llm import HOLD, Reply, chunk, refuses, says

FINE = says("A ferry ", "is a ", "boat.")


async def test_no_more_requests_are_under_way_than_there_are_places(chat_world):
    subject = await chat_world(says("a", "b", pause_s=0.1), concurrency=2)
    await asyncio.gather(*(subject.ask() for _ in range(6)))
    assert (len(subject.server.requests), subject.server.most_open) == (6, 2)


async def test_waiting_for_a_place_counts_against_the_deadline(chat_world):
    subject = await chat_world(Reply([chunk("a"), HOLD]), concurrency=1)
    async with aclosing(subject.model.chat(QUESTION, ChatSettings(), seconds_left=30)) as first:
        await anext(first)
        with pytest.raises(TransientError, match=r"before small at .* had a free place"):
            await subject.ask(seconds_left=0.2)
    assert len(subject.server.requests) == 1


async def test_places_are_given_in_the_order_of_asking(chat_world):
    subject = await chat_world(says("a", pause_s=0.02), concurrency=1)
    order = []

    async def ask(number):
        await subject.ask()
        order.append(number)

    await asyncio.gather(*(ask(number) for number in range(6)))
    assert order == list(range(6))


@pytest.mark.parametrize("reply", [Reply([HOLD]), Reply([chunk(""), HOLD])])
async def test_a_cancelled_caller_hangs_up_at_once_and_frees_its_place(chat_world, reply):
    subject = await chat_world(reply, FINE, concurrency=1)
    task = asyncio.ensure_future(subject.ask())
    while not subject.server.requests:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait_for(subject.server.requests[0].gone.wait(), 1.0)
    assert await subject.text(seconds_left=1.0) == "A ferry is a boat."


async def test_a_closed_iterator_hangs_up_at_once_and_frees_its_place(chat_world):
    subject = await chat_world(Reply([chunk("a"), HOLD]), FINE, concurrency=1)
    pieces = subject.model.chat(QUESTION, ChatSettings(), seconds_left=30)
    assert await anext(pieces) == "a"
    await pieces.aclose()
    await asyncio.wait_for(subject.server.requests[0].gone.wait(), 1.0)
    assert await subject.text(seconds_left=1.0) == "A ferry is a boat."


async def test_a_server_past_its_deadline_is_hung_up_on(chat_world):
    subject = await chat_world(says(*"abcdefghij", pause_s=0.1))
    with pytest.raises(TransientError, match="deadline passed while small at"):
        await subject.ask(seconds_left=0.3)
    await asyncio.wait_for(subject.server.requests[0].gone.wait(), 1.0)


async def test_after_too_many_failures_it_is_left_alone_and_then_tried_again(chat_world):
    subject = await chat_world(*[refuses(500)] * 3, FINE, retries=0, breaker_failures=3, breaker_open_s=30.0)
    for _ in range(3):
        with pytest.raises(TransientError, match="HTTP 500"):
            await subject.ask()
    with pytest.raises(ModelUnavailableError, match="failed too often and is left alone for 30 s more"):
        await subject.ask()
    assert len(subject.server.requests) == 3
    subject.clock.now += 30.0
    assert await subject.text() == "A ferry is a boat."
    assert await subject.text() == "A ferry is a boat."


async def test_those_who_wait_for_a_place_do_not_knock_at_a_dead_server(chat_world):
    subject = await chat_world(refuses(500), retries=0, breaker_failures=2, concurrency=1)
    ended = await asyncio.gather(*(subject.ask() for _ in range(20)), return_exceptions=True)
    assert [isinstance(each, ModelUnavailableError) for each in ended] == [False] * 2 + [True] * 18
    assert len(subject.server.requests) == 2


@pytest.mark.parametrize(
    "reply", [refuses(400, "too long"), Reply([chunk("a"), HOLD])], ids=["refused", "given up by the caller"]
)
async def test_what_says_nothing_against_the_server_does_not_open_the_breaker(chat_world, reply):
    subject = await chat_world(reply, reply, reply, FINE, breaker_failures=2)
    for _ in range(3):
        with pytest.raises((PermanentError, TransientError)):
            await subject.ask(seconds_left=0.2)
    assert await subject.text() == "A ferry is a boat."


async def test_a_server_that_stays_silent_up_to_the_deadline_is_left_alone(chat_world):
    subject = await chat_world(Reply([HOLD]), breaker_failures=2, connect_timeout_s=0.1)
    for _ in range(2):
        with pytest.raises(TransientError, match="deadline passed"):
            await subject.ask(seconds_left=0.3)
    with pytest.raises(ModelUnavailableError):
        await subject.ask()
