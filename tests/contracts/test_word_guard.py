"""The contract of the port `Guard`, kept by the fake of it; `tests/agents/guardrails` holds the real one to it."""

import pytest

from tests.agents.answering.fakes import WordGuard
from tests.contracts.guard_contract import WORDS, GuardContract


@pytest.fixture
def guard() -> WordGuard:
    return WordGuard(**WORDS)


class TestWordGuard(GuardContract):
    pass
