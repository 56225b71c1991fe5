"""The contract of the port `Generator`, kept by each of them; the chat model of those that have one is scripted."""

import pytest

from agents.answering import ExtractiveGenerator
from agents.answering.fallback_generator import FallbackGenerator
from agents.ports import Generator
from schemas.failures import TransientError
from tests.agents.answering.fakes import FakeClock
from tests.agents.answering.scripted_chat import chatting, spelt
from tests.contracts.generator_contract import GeneratorContract

ANSWER = "The ferry to Hvar leaves at nine [1]. It is the best ferry of all."


class TestExtractiveGenerator(GeneratorContract):
    @pytest.fixture
    def generator(self) -> Generator:
        return ExtractiveGenerator()


class TestChatGenerator(GeneratorContract):
    @pytest.fixture
    def generator(self) -> Generator:
        return chatting(*spelt(ANSWER))


class TestFallbackGenerator(GeneratorContract):
    @pytest.fixture
    def generator(self) -> Generator:
        return FallbackGenerator(chatting(*spelt(ANSWER)), ExtractiveGenerator(), FakeClock())


class TestFallbackGeneratorWhoseModelBreaksOnTheWay(GeneratorContract):
    @pytest.fixture
    def generator(self) -> Generator:
        broken = chatting("The ferry to Hvar leaves at ten [1]. It", TransientError("the stream was cut"))
        return FallbackGenerator(broken, ExtractiveGenerator(), FakeClock())
