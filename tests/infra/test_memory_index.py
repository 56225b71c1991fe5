"""What its contract leaves open: how the two halves of a search are put together."""

import numpy as np
import pytest

from infra.memory_index import MemoryIndex
from tests.contracts.index_samples import ask, chunk

AXES = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)


async def an_index(*texts: str) -> MemoryIndex:
    index = MemoryIndex(3)
    await index.upsert([chunk("d", text) for text in texts], AXES[: len(texts)])
    return index


async def scores(index: MemoryIndex, question: str, vector: list[float], alpha: float) -> dict[str, float]:
    unit = np.array([vector], np.float32) / np.linalg.norm(vector)
    return {p.text: round(p.score, 4) for p in await index.search(ask(question, alpha=alpha), unit.astype(np.float32))}


async def test_each_half_is_scaled_to_its_own_range_and_weighed() -> None:
    index = await an_index("apple", "apple pear", "plum")
    assert await scores(index, "plum", [3, 1, 0], alpha=0.75) == {"apple": 0.75, "apple pear": 0.25, "plum": 0.25}


async def test_equal_scores_of_a_half_all_count_as_one() -> None:
    index = await an_index("apple one", "apple two")
    assert await scores(index, "apple", [1, 1, 0], alpha=0.5) == {"apple one": 1.0, "apple two": 1.0}


async def test_a_half_without_weight_finds_nothing_by_itself() -> None:
    index = await an_index("apple", "pear")
    assert await scores(index, "plum", [1, 0, 0], alpha=0) == {}
    assert set(await scores(index, "plum", [1, 0, 0], alpha=1)) == {"apple", "pear"}


async def test_a_vector_that_the_caller_reuses_stays_as_it_was_stored() -> None:
    index = MemoryIndex(3)
    row = AXES[:1].copy()
    await index.upsert([chunk("d", "apple")], row)
    row[:] = 0
    (passage,) = await index.search(ask("apple"), AXES[:1])
    assert passage.similarity == pytest.approx(1.0)
