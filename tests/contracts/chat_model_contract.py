"""What every chat model must do; a test file inherits it and gives a `chat_model` fixture."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import pytest

from agents.ports import ChatModel
from schemas.answers import Usage
from schemas.failures import TransientError
from schemas.prompts import ChatSettings, Message

QUESTION = (Message(role="system", content="Answer briefly."), Message(role="user", content="What is a ferry?"))
SHORT = ChatSettings(max_output_tokens=24, seed=1)


async def answered(
    chat_model: ChatModel,
    messages: Sequence[Message] = QUESTION,
    settings: ChatSettings = SHORT,
    seconds_left: float = 60.0,
) -> list[str | Usage]:
    """All that a model yields."""
    return [piece async for piece in chat_model.chat(messages, settings, seconds_left=seconds_left)]


class ChatModelContract:
    """The port `ChatModel`, as its callers may rely on it."""

    async def test_pieces_of_text_come_first_and_the_usage_last(self, chat_model: ChatModel) -> None:
        *pieces, usage = await answered(chat_model)
        assert isinstance(usage, Usage)
        assert pieces
        assert all(isinstance(piece, str) and piece for piece in pieces)

    async def test_what_was_read_and_written_is_counted(self, chat_model: ChatModel) -> None:
        usage = (await answered(chat_model))[-1]
        assert isinstance(usage, Usage)
        assert usage.input_tokens > 0
        assert 0 < usage.output_tokens <= SHORT.max_output_tokens

    async def test_two_are_answered_at_once(self, chat_model: ChatModel) -> None:
        first, second = await asyncio.gather(answered(chat_model), answered(chat_model))
        assert isinstance(first[-1], Usage)
        assert isinstance(second[-1], Usage)

    async def test_whoever_has_read_enough_may_go_and_others_are_answered_after(self, chat_model: ChatModel) -> None:
        for _ in range(12):
            async with aclosing(chat_model.chat(QUESTION, SHORT, seconds_left=60.0)) as pieces:
                assert await anext(pieces)
        assert await answered(chat_model)

    async def test_no_time_left_is_a_transient_error(self, chat_model: ChatModel) -> None:
        with pytest.raises(TransientError):
            await answered(chat_model, seconds_left=0.0)

    def test_it_says_which_it_is(self, chat_model: ChatModel) -> None:
        assert chat_model.model_id
