"""The contract of the port `Index`, kept by `MemoryIndex`."""

import pytest

from infra.memory_index import MemoryIndex
from tests.contracts.index_contract import IndexContract
from tests.contracts.index_samples import DIMENSION


@pytest.fixture
def index() -> MemoryIndex:
    return MemoryIndex(DIMENSION)


class TestMemoryIndex(IndexContract):
    pass
