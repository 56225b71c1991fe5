"""The contract of the port `PolicyBook`, kept by the fake of it; `tests/streams` holds the real one to it."""

import pytest

from tests.agents.guardrails.fakes import Book
from tests.contracts.policy_book_contract import BookOf, PolicyBookContract


@pytest.fixture
def book_of() -> BookOf:
    return Book


class TestBook(PolicyBookContract):
    pass
