"""The contract of the port `PromptBook`, kept by the fake of it; `tests/streams` holds the real one to it."""

import pytest

from tests.agents.answering.scripted_chat import Prompts
from tests.contracts.prompt_book_contract import BookOf, PromptBookContract


@pytest.fixture
def book_of() -> BookOf:
    return lambda prompt, label: Prompts({(prompt.name, each): prompt for each in (label, prompt.version)})


class TestPrompts(PromptBookContract):
    pass
