"""The contract of the port `Index`, kept by `WeaviateIndex` on a real Weaviate, and what only a server can show."""

from collections.abc import AsyncIterator
from uuid import uuid4

import numpy as np
import pytest
from pydantic import SecretStr

from infra.memory_index import MemoryIndex
from infra.settings import Settings
from infra.weaviate_index import WeaviateIndex
from schemas.failures import ConfigurationError, TransientError
from tests.contracts.index_contract import IndexContract
from tests.contracts.index_samples import DIMENSION, EMBEDDER, ask, chunk, stored, vector, vectors

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

ALIKE = 5e-3
"""Fused scores, from 0 to 1: Weaviate's WAND takes a slightly other average length of a text than all texts have."""


def an_index(settings: Settings, namespace: str, *, embedder_id: str = EMBEDDER, dimension: int = DIMENSION):
    return WeaviateIndex(settings.weaviate, embedder_id=embedder_id, dimension=dimension, namespace=namespace)


@pytest.fixture
def namespace() -> str:
    return uuid4().hex


@pytest.fixture
async def index(live_stack: Settings, namespace: str) -> AsyncIterator[WeaviateIndex]:
    one = an_index(live_stack, namespace)
    yield one
    await one.drop()


class TestWeaviateIndex(IndexContract):
    pass


async def test_a_second_worker_uses_the_collection_of_the_first(
    index: WeaviateIndex, live_stack: Settings, namespace: str
) -> None:
    await index.upsert([chunk("d", "text")], vector(1))
    other = an_index(live_stack, namespace)
    await other.connect(wait_s=10)
    assert len(await stored(other)) == 1
    await other.close()


async def test_another_embedder_has_another_collection(
    index: WeaviateIndex, live_stack: Settings, namespace: str
) -> None:
    """FAILURES 19: two embedding spaces never meet in one collection."""
    await index.upsert([chunk("d", "text")], vector(1))
    other = an_index(live_stack, namespace, embedder_id="another@2")
    assert other.collection_name != index.collection_name
    assert await stored(other) == {}
    await other.drop()


async def test_a_collection_of_another_dimension_refuses_to_start(
    index: WeaviateIndex, live_stack: Settings, namespace: str
) -> None:
    """FAILURES 19: model and collection disagree."""
    await index.connect(wait_s=10)
    other = an_index(live_stack, namespace, dimension=DIMENSION + 1)
    with pytest.raises(ConfigurationError, match='"dimension": 16'):
        await other.connect(wait_s=10)


async def test_a_dropped_collection_is_made_again(index: WeaviateIndex, live_stack: Settings, namespace: str) -> None:
    await index.upsert([chunk("d", "text")], vector(1))
    other = an_index(live_stack, namespace)
    await other.drop()
    with pytest.raises(TransientError, match="made again"):
        await index.upsert([chunk("d", "text")], vector(1))
    await index.upsert([chunk("d", "text")], vector(1))
    assert len(await stored(index)) == 1


async def test_a_closed_index_opens_again(index: WeaviateIndex) -> None:
    """FAILURES 26: a closed client is replaced."""
    await index.upsert([chunk("d", "text")], vector(1))
    await index.close()
    assert len(await stored(index)) == 1


async def test_texts_of_many_megabytes_are_split_over_calls(index: WeaviateIndex) -> None:
    """FAILURES 25: batches are bounded by bytes too."""
    items = [chunk("d", f"{n} " + "long words " * 20_000) for n in range(60)]
    many = [vector(n)[0] for n in range(60)]
    await index.upsert(items, np.stack(many))
    assert len(await stored(index)) == 60


async def test_a_silent_grpc_port_is_named(live_stack: Settings) -> None:
    """FAILURES 26: start-up waits with a limit and says what is missing."""
    wrong = live_stack.weaviate.model_copy(update={"grpc_port": 1})
    index = WeaviateIndex(wrong, embedder_id=EMBEDDER, dimension=DIMENSION, namespace=uuid4().hex)
    with pytest.raises(ConfigurationError, match="gRPC on port 1"):
        await index.connect(wait_s=0.1)


async def test_a_wrong_key_is_said_to_be_wrong(live_stack: Settings) -> None:
    wrong = live_stack.weaviate.model_copy(update={"api_key": SecretStr("wrong")})
    index = WeaviateIndex(wrong, embedder_id=EMBEDDER, dimension=DIMENSION, namespace=uuid4().hex)
    with pytest.raises(ConfigurationError, match="API_KEY"):
        await index.connect(wait_s=5)


@pytest.mark.parametrize("alpha", [0, 0.3, 0.6, 1])
async def test_both_indexes_rank_alike(index: WeaviateIndex, alpha: float) -> None:
    """What is tried on the in-memory index holds for the real one: same chunks, same order, same fused scores.

    Fewer chunks than either hands to its fusion, or chance decides which of equally good ones those are.
    """
    words = ["pump", "valve", "motor", "sensor", "cable", "relay"]
    items = [chunk("d", f"{words[n % 6]} {words[n % 5]} number {n}", ordinal=n) for n in range(90)]
    rows = np.concatenate([vector(n) for n in range(90)])
    memory = MemoryIndex(DIMENSION)
    for one in (index, memory):
        await one.upsert(items, rows)
    for seed, question in enumerate(["pump motor 7", "cable", "relay number 12"]):
        search = ask(question, alpha=alpha, top_k=10)
        ours, theirs = await index.search(search, vector(seed)), await memory.search(search, vector(seed))
        assert [passage.score for passage in ours] == pytest.approx([p.score for p in theirs], abs=ALIKE)
        apart = [passage for passage in theirs if passage.score > theirs[-1].score + 2 * ALIKE]
        assert {passage.chunk_id for passage in apart} <= {passage.chunk_id for passage in ours}


async def test_what_was_stored_a_moment_ago_is_found_by_its_words_among_hundreds(index: WeaviateIndex) -> None:
    """Weaviate 1.35.2 with BlockMax WAND misses the best chunks for a minute, until its memory is flushed."""
    chance = np.random.default_rng(7)
    words = [
        f"{first}{second}" for first in ("pump", "relay", "valve", "cable", "motor") for second in "abcdefghijklmnop"
    ]
    shares = 1 / np.arange(1, len(words) + 1)
    for batch in range(15):
        texts = [
            " ".join(chance.choice(words, size=chance.integers(20, 160), p=shares / shares.sum())) for _ in range(20)
        ]
        items = [chunk(f"d{batch}", text, ordinal=number) for number, text in enumerate(texts)]
        await index.upsert(items, vectors(*range(20)))
    for first in range(0, 24, 2):
        text = f"{words[first]} {words[first + 7]} {words[first + 15]}"
        few = await index.search(ask(text, alpha=0.0, top_k=8), vector(1))
        every = await index.search(ask(text, alpha=0.0, top_k=300), vector(1))
        best = [passage for passage in every if passage.score > every[8].score + 1e-6][:8]
        assert {passage.chunk_id for passage in best} <= {passage.chunk_id for passage in few}
