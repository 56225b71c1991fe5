"""The contract of the port `Reranker`, kept by the fake of it; `tests/infra` holds the real one to it."""

import pytest

from tests.contracts.fake_reranker import WordReranker
from tests.contracts.reranker_contract import RerankerContract


@pytest.fixture
def reranker() -> WordReranker:
    return WordReranker()


class TestWordReranker(RerankerContract):
    pass
