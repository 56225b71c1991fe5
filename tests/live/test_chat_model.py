"""The chat model's adapter against a real, small language model in a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from infra.local.llm_server import MODEL, LlmServer
from infra.openai_chat_model import OpenAIChatModel, open_chat_model
from infra.settings import GeneratorSettings
from schemas.answers import Usage
from schemas.failures import PermanentError, TransientError
from schemas.prompts import ChatSettings, Message
from tests.contracts.chat_model_contract import QUESTION, ChatModelContract, answered

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

LONG = ChatSettings(max_output_tokens=1_000)
TALE = (Message(role="user", content="Write a very long story about a ferry. Do not stop."),)


def settings(server: LlmServer, **changes: object) -> GeneratorSettings:
    given = {"kind": "openai", "base_url": server.base_url, "model": MODEL, **changes}
    return GeneratorSettings.model_validate(given)


@pytest.fixture
async def chat_model(local_llm: LlmServer) -> AsyncIterator[OpenAIChatModel]:
    model = open_chat_model(settings(local_llm, output_price=1_000_000.0))
    yield model
    await model.close()


class TestRealModel(ChatModelContract):
    async def test_the_text_is_streamed_counted_and_priced(self, chat_model: OpenAIChatModel) -> None:
        *pieces, usage = await answered(chat_model)
        assert len(pieces) > 5
        assert "ferry" in "".join(map(str, pieces)).lower()
        assert isinstance(usage, Usage)
        assert usage.cost == usage.output_tokens > 5

    async def test_the_same_question_has_the_same_answer(self, chat_model: OpenAIChatModel) -> None:
        assert (await answered(chat_model))[:-1] == (await answered(chat_model))[:-1]

    async def test_a_stop_word_stops_it(self, chat_model: OpenAIChatModel) -> None:
        stopped = await answered(chat_model, settings=ChatSettings(max_output_tokens=60, stop=(".",)))
        assert "." not in "".join(str(piece) for piece in stopped[:-1])

    async def test_messages_that_do_not_fit_are_refused_for_good(self, chat_model: OpenAIChatModel) -> None:
        with pytest.raises(PermanentError, match="HTTP 400"):
            await answered(chat_model, (Message(role="user", content="ferry " * 9_000),))

    async def test_a_deadline_ends_a_long_story(self, chat_model: OpenAIChatModel) -> None:
        began = asyncio.get_running_loop().time()
        with pytest.raises(TransientError, match="deadline passed"):
            await answered(chat_model, TALE, LONG, seconds_left=1.0)
        assert asyncio.get_running_loop().time() - began < 3.0

    async def test_whoever_hangs_up_frees_the_servers_slot(
        self, chat_model: OpenAIChatModel, local_llm: LlmServer
    ) -> None:
        """Both slots: were they still at work on the long stories, nobody else would be answered for many seconds."""
        for _ in range(2):
            async with aclosing(chat_model.chat(TALE, LONG, seconds_left=60)) as pieces:
                await anext(pieces)
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(answered(chat_model, settings=ChatSettings(max_output_tokens=4)) for _ in range(2)))
        assert asyncio.get_running_loop().time() - began < 5.0

    async def test_who_waits_for_the_only_place_is_answered_too(self, local_llm: LlmServer) -> None:
        model = open_chat_model(settings(local_llm, concurrency=1))
        every = await asyncio.gather(*(answered(model, QUESTION) for _ in range(3)))
        await model.close()
        assert all(isinstance(each[-1], Usage) for each in every)
