"""An embedder and an index that tell of their work and do it as before."""

from contextlib import contextmanager

from agents.ports import EmbeddingSpace
from agents.tracer import UNTRACED
from infra.memory_index import MemoryIndex
from schemas import signals
from streams.traced_ports import traced
from tests.journeys.fakes import DIMENSION, WordEmbedder


class Names:
    """A tracer that keeps names and attributes."""

    def __init__(self):
        self.told = []

    @contextmanager
    def span(self, name, attributes=None, *, remote=False):
        self.told.append((name, dict(attributes or {}), remote))
        with UNTRACED.span(name) as span:
            yield span


async def test_embedding_is_told_with_the_model_and_how_many_texts_and_never_the_texts():
    tracer = Names()
    embedder = traced(EmbeddingSpace(WordEmbedder(), MemoryIndex(DIMENSION)), tracer).embedder
    vectors = await embedder.embed_passages(["one", "two"])
    assert vectors.tolist() == (await WordEmbedder().embed_passages(["one", "two"])).tolist()
    [(name, attributes, remote)] = tracer.told
    assert (name, attributes[signals.TEXTS], remote) == ("embeddings words-1", 2, False)
    assert (embedder.embedder_id, embedder.dimension) == (WordEmbedder().embedder_id, DIMENSION)
    assert (await embedder.embed_question("one"))[0].shape == (1, DIMENSION)


async def test_writes_are_told_and_searches_are_the_answers_to_tell():
    tracer = Names()
    index = traced(EmbeddingSpace(WordEmbedder(), MemoryIndex(DIMENSION)), tracer).index
    await index.upsert([], await WordEmbedder().embed_passages([]))
    await index.move([])
    await index.delete("default", ["a"])
    assert [(name, remote) for name, _, remote in tracer.told] == [("store", True), ("move", True), ("delete", True)]
    assert tracer.told[-1][1] == {signals.CHUNKS: 1}
    assert [each async for each in index.scan()] == []
