"""The contract of the port `ChatModel`, kept by the fake of it; tests/infra and tests/live hold the real one to it."""

import pytest

from tests.contracts.chat_model_contract import ChatModelContract
from tests.contracts.fake_chat_model import ScriptedChatModel


@pytest.fixture
def chat_model() -> ScriptedChatModel:
    return ScriptedChatModel("A ferry ", "is a ", "boat.")


class TestScriptedChatModel(ChatModelContract):
    pass
