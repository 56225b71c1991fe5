"""The adapter as its callers meet it: requests, retries, usage, secrets."""

import asyncio
import logging

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from infra import openai_chat_model
from infra.openai_chat_model import is_loopback, open_chat_model
from infra.settings import GeneratorSettings
from schemas.answers import Usage
from schemas.failures import ConfigurationError, ModelUnavailableError, PermanentError, TransientError
from schemas.metrics import MODEL_RETRIES
from schemas.prompts import ChatSettings
from tests.contracts.chat_model_contract import QUESTION, ChatModelContract
from tests.infra.scripted_llm import DONE, HOLD, KEY, Reply, chunk, event, refuses, says
from tests.readings import Readings

FINE = says("A ferry ", "is a ", "boat.")


class TestOpenAIChatModel(ChatModelContract):
    @pytest.fixture
    async def chat_model(self, chat_world):
        return (await chat_world(FINE)).model


async def test_a_request_carries_key_messages_and_settings(chat_world):
    subject = await chat_world(FINE)
    await subject.ask(settings=ChatSettings(max_output_tokens=7, seed=3))
    (request,) = subject.server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert [each["content"] for each in request.body["messages"]] == [each.content for each in QUESTION]
    assert (request.body["max_tokens"], request.body["seed"]) == (7, 3)


async def test_usage_is_the_servers_and_has_a_price(chat_world):
    subject = await chat_world(FINE, input_price=1_000_000.0, output_price=10.0)
    assert (await subject.ask())[-1] == Usage(input_tokens=7, output_tokens=3, cost=7.00003)


async def test_tokens_that_nobody_counted_are_zero(chat_world):
    subject = await chat_world(Reply([chunk("Yes."), DONE]))
    assert await subject.ask() == ["Yes.", Usage()]


@pytest.mark.parametrize("ending", [[chunk(finish="length"), DONE], [chunk("ferry " * 1_000), HOLD]])
async def test_a_text_that_was_cut_is_told_by_its_tokens_though_nobody_counted_them(chat_world, ending):
    subject = await chat_world(Reply([chunk("A ferry"), *ending]))
    *_, usage = await subject.ask(settings=ChatSettings(max_output_tokens=9))
    assert usage == Usage(output_tokens=9)


async def test_a_server_that_does_not_know_how_to_count_is_asked_once(chat_world):
    refused = refuses(400, "Unrecognized request argument supplied: stream_options")
    subject = await chat_world(refused, FINE, retries=0)
    assert [await subject.text(), await subject.text()] == ["A ferry is a boat."] * 2
    assert ["stream_options" in each.body for each in subject.server.requests] == [True, False, False]


@pytest.mark.parametrize(
    "bad",
    [
        refuses(500),
        refuses(503, "loading model"),
        refuses(429, "slow down"),
        Reply([b"<html>"], headers={"Content-Type": "text/html"}),
        Reply([]),
        Reply([b"data: {\n\n"]),
    ],
)
async def test_what_passes_is_tried_again(chat_world, bad):
    subject = await chat_world(bad, bad, FINE)
    assert await subject.text() == "A ferry is a boat."
    assert len(subject.server.requests) == 3


async def test_attempts_are_bounded(chat_world):
    subject = await chat_world(refuses(500), retries=1)
    with pytest.raises(TransientError, match="HTTP 500"):
        await subject.ask()
    assert len(subject.server.requests) == 2


async def test_a_refusal_is_not_tried_again(chat_world):
    subject = await chat_world(refuses(400, "the prompt is too long"))
    with pytest.raises(PermanentError, match="the prompt is too long"):
        await subject.ask()
    assert len(subject.server.requests) == 1


async def test_once_text_has_come_nothing_is_tried_again(chat_world):
    subject = await chat_world(Reply([chunk("A ferry")]), FINE)
    pieces = subject.model.chat(QUESTION, ChatSettings(), seconds_left=5)
    assert await anext(pieces) == "A ferry"
    with pytest.raises(TransientError, match="ended before its answer was whole"):
        await anext(pieces)
    assert len(subject.server.requests) == 1


async def test_a_server_that_asks_for_patience_gets_it(chat_world):
    subject = await chat_world(refuses(429, Retry_After="1"), FINE)
    began = asyncio.get_running_loop().time()
    assert await subject.text()
    assert asyncio.get_running_loop().time() - began >= 1.0


async def test_a_server_that_asks_for_more_than_there_is_is_not_waited_for(chat_world):
    subject = await chat_world(refuses(429, Retry_After="60"), FINE)
    began = asyncio.get_running_loop().time()
    with pytest.raises(ModelUnavailableError, match="asks for 60 s of patience"):
        await subject.ask(seconds_left=5)
    assert asyncio.get_running_loop().time() - began < 1.0


async def test_retries_stay_within_the_deadline(chat_world):
    subject = await chat_world(refuses(500), retries=10)
    began = asyncio.get_running_loop().time()
    with pytest.raises(TransientError, match="HTTP 500"):
        await subject.ask(seconds_left=0.6)
    assert asyncio.get_running_loop().time() - began < 0.6


@pytest.mark.parametrize(
    "reply", [refuses(401, f"Incorrect key {KEY}"), refuses(500, f"{KEY} broke me"), Reply([HOLD])]
)
async def test_the_key_is_in_no_error_no_log_and_no_representation(chat_world, caplog, reply):
    """FAILURES 79."""
    caplog.set_level(logging.DEBUG)
    subject = await chat_world(reply, retries=1)
    with capture_logs() as logs, pytest.raises((PermanentError, TransientError)) as caught:
        await subject.ask(seconds_left=0.4)
    shown = [repr(caught.value), repr(caught.value.__context__), repr(logs), repr(vars(subject.model)), caplog.text]
    assert [each for each in [*shown, subject.model.model_id] if KEY in each] == []


@pytest.mark.parametrize(
    "reply",
    [
        refuses(400, "cannot read: What is a ferry?"),
        refuses(500, "failed at 'Answer\n briefly.' and \x1b What is a ferry?"),
        Reply([event({"error": {"message": "broke at What is a ferry?", "code": 500}})]),
    ],
)
async def test_what_a_server_repeats_of_the_prompt_is_in_no_log_and_no_error(chat_world, reply):
    """FAILURES 79."""
    subject = await chat_world(reply, retries=1)
    with capture_logs() as logs, pytest.raises((PermanentError, TransientError)) as caught:
        await subject.ask(seconds_left=5)
    shown = [repr(logs), repr(caught.value), repr(caught.value.__notes__)]
    assert [each for each in shown if "ferry" in each or "briefly" in each] == []
    assert all("…" in line["reason"] for line in logs)
    assert logs


async def test_a_further_attempt_is_counted_and_a_warning(chat_world, monkeypatch):
    told = Readings()
    monkeypatch.setattr(openai_chat_model, "_retries", MODEL_RETRIES.on(told.meter))
    subject = await chat_world(refuses(500), refuses(503), FINE, retries=2)
    with capture_logs() as logs:
        await subject.ask()
    assert told.of(MODEL_RETRIES) == {("small",): 2}
    assert [(line["event"], line["log_level"]) for line in logs] == [("llm retry", "warning")] * 2


async def test_model_and_address_tell_where_an_answer_came_from(chat_world):
    subject = await chat_world(FINE)
    assert subject.model.model_id == f"small@127.0.0.1:{subject.server.base_url.split(':')[2].removesuffix('/v1')}"


async def test_a_proxy_that_the_environment_names_does_not_come_between(chat_world, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert await (await chat_world(FINE)).text() == "A ferry is a boat."


def test_settings_that_name_no_model_are_refused():
    with pytest.raises(ConfigurationError, match="RAGSTREAM_GENERATOR__BASE_URL"):
        open_chat_model(GeneratorSettings())


@pytest.mark.parametrize(
    ("url", "key", "warned"),
    [
        ("http://llm.example/v1", KEY, True),
        ("http://llm.example/v1", None, False),
        ("https://llm.example/v1", KEY, False),
        ("http://127.0.0.1:8000/v1", KEY, False),
    ],
)
def test_a_key_that_would_travel_unencrypted_is_warned_about(url, key, warned):
    with capture_logs() as logs:
        open_chat_model(GeneratorSettings(kind="openai", base_url=url, model="small", api_key=key and SecretStr(key)))
    assert bool(logs) == warned
    assert KEY not in repr(logs)


def test_loopback_is_told_from_other_hosts():
    assert [
        each for each in ("127.0.0.1", "127.9.9.9", "::1", "localhost", "a.localhost") if not is_loopback(each)
    ] == []
    assert [each for each in ("10.0.0.1", "localhost.example", "::2", "", "host") if is_loopback(each)] == []
