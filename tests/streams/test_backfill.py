"""Both indexes in memory; the world changes them while the embedder is at work."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.memory_index import MemoryIndex
from schemas.chunks import DocumentAttributes
from schemas.failures import PermanentError, TransientError
from schemas.index_failures import MissingChunksError
from streams.backfill import MOST_ROUNDS, SLICE, backfill
from tests.contracts.index_samples import DIMENSION, chunk, chunk_id, moved, stored, vectors

HR = DocumentAttributes(readers=("hr",))


class OtherEmbedder:
    embedder_id = "other@2"
    dimension = DIMENSION
    refuses = "nothing"

    def __init__(self, meanwhile=None):
        self.embedded = []
        self.meanwhile = meanwhile

    async def embed_passages(self, texts):
        if any(self.refuses in text for text in texts):
            raise PermanentError("too long")
        self.embedded.append(texts)
        if self.meanwhile:
            await self.meanwhile()
        return np.full((len(texts), DIMENSION), DIMENSION**-0.5, np.float32)


class Both:
    """The two indexes, written to as the index role does: the main one first, then the other."""

    def __init__(self):
        self.main, self.other = MemoryIndex(DIMENSION), MemoryIndex(DIMENSION)

    async def has(self, *items):
        await self.main.upsert(items, vectors(*range(len(items))))

    async def move(self, item, attributes, *, revision=2):
        one = moved(item, ordinal=item.chunk.ordinal, attributes=attributes).model_copy(update={"revision": revision})
        for index in (self.main, self.other):
            try:
                await index.move([one])
            except MissingChunksError:
                continue

    async def delete(self, item):
        for index in (self.main, self.other):
            await index.delete(item.tenant, [item.chunk.chunk_id])

    async def filled(self, embedder=None, told=None):
        told = [] if told is None else told
        return await backfill(self.main, self.other, embedder or OtherEmbedder(), told.append)

    async def same(self):
        """All but the vectors, the embedder and the time are equal."""
        wholes = []
        for index in (self.main, self.other):
            ids = sorted(await stored(index))
            items = [(await index.originals(tenant, [each]))[0].properties["item"] for tenant, each in ids]
            wholes.append([each.model_copy(update={"embedder_id": ""}) for each in items])
        return wholes[0] == wholes[1]


async def test_an_empty_index_is_filled_and_filling_it_again_does_nothing():
    both, embedder = Both(), OtherEmbedder()
    items = [chunk("d", f"text {n}", ordinal=n, tenant=tenant) for tenant in ("acme", "bolt") for n in range(SLICE + 1)]
    await both.has(*items)
    told = []
    done = await both.filled(embedder, told)
    assert (done.chunks, done.copied, done.deleted, done.rounds, done.complete) == (130, 130, 0, 1, True)
    assert await both.same()
    assert {one.embedder_id for one in (await stored(both.other)).values()} == {"other@2"}
    assert [len(texts) for texts in embedder.embedded] == [SLICE, 1, SLICE, 1]
    assert told[1] == "Round 1: embedding and copying chunks, 130 to go"
    again = await both.filled(embedder)
    assert (again.copied, again.rounds, again.complete) == (0, 0, True)


async def test_what_is_embedded_is_what_the_index_role_embeds():
    both, embedder = Both(), OtherEmbedder()
    await both.has(chunk("d", "Turn the key.", attributes=DocumentAttributes(title="Car"), heading=("Starting",)))
    await both.filled(embedder)
    assert embedder.embedded == [["Car > Starting\nTurn the key."]]


async def test_what_is_old_or_no_longer_there_is_put_right():
    both = Both()
    items = [chunk("d", text, ordinal=n) for n, text in enumerate(("kept", "changed", "gone"))]
    await both.has(*items)
    await both.filled()
    await both.main.move([moved(items[1], ordinal=1, attributes=HR)])
    await both.main.delete("acme", [chunk_id("d", "gone")])
    done = await both.filled()
    assert (done.copied, done.deleted, done.complete) == (1, 1, True)
    assert await both.same()


async def test_a_chunk_that_changes_readers_while_it_is_copied_is_copied_with_the_new_ones():
    both = Both()
    item = chunk("d", "secret")
    await both.has(item)
    changes = [both.move(item, HR)]

    async def meanwhile():
        if changes:
            await changes.pop()

    done = await both.filled(OtherEmbedder(meanwhile))
    assert (done.copied, done.complete) == (2, True)
    assert await both.same()


async def test_a_chunk_that_is_deleted_while_it_is_copied_does_not_come_back():
    both = Both()
    item = chunk("d", "withdrawn")
    await both.has(item, chunk("d", "stays"))
    done = await both.filled(OtherEmbedder(lambda: both.delete(item)))
    assert set(await stored(both.other)) == {("acme", chunk_id("d", "stays"))}
    assert done.complete


async def test_a_chunk_that_the_embedder_refuses_is_told_and_keeps_no_other_out_and_no_old_copy():
    both, embedder = Both(), OtherEmbedder()
    item = chunk("d", "fits")
    await both.has(item, chunk("d", "fits as well", ordinal=1))
    await both.filled(embedder)
    await both.move(item, DocumentAttributes(title="huge"))
    await both.other.delete("acme", [chunk_id("d", "fits as well")])
    await both.main.move([moved(item, ordinal=5, attributes=DocumentAttributes(title="huge"))])
    embedder.refuses = "huge"
    done = await both.filled(embedder)
    assert done.refused == {("acme", chunk_id("d", "fits")): "too long"}
    assert (done.copied, done.complete, done.different) == (1, False, 0)
    assert set(await stored(both.other)) == {("acme", chunk_id("d", "fits as well"))}


async def test_where_documents_come_faster_than_they_are_copied_it_ends_and_says_so():
    both, number = Both(), iter(range(1_000))

    async def another():
        await both.has(chunk("d", f"new {next(number)}"))

    await another()
    done = await both.filled(OtherEmbedder(another))
    assert (done.rounds, done.different, done.complete) == (MOST_ROUNDS, 1, False)


async def test_an_index_that_is_unwell_is_said_at_once():
    both = Both()
    await both.has(chunk("d", "text"))

    async def broken():
        raise TransientError("Weaviate is away")

    with pytest.raises(TransientError):
        await both.filled(OtherEmbedder(broken))


OPERATIONS = st.tuples(st.sampled_from(["put", "move", "delete"]), st.integers(0, 5))


@given(st.lists(OPERATIONS, max_size=12), st.lists(st.lists(OPERATIONS, max_size=3), max_size=6), st.booleans())
async def test_whatever_happens_meanwhile_both_hold_the_same_in_the_end(before, meanwhile, follows):
    """The role may run with or without the candidate; what it does to the other index comes after the main one."""
    both, revision = Both(), iter(range(1, 1_000))

    async def happen(operation, number):
        item = chunk("d", f"text {number}", ordinal=number, revision=next(revision))
        for index in (both.main, both.other) if follows else (both.main,):
            if operation == "put":
                await index.upsert([item], vectors(number))
            elif operation == "delete":
                await index.delete("acme", [item.chunk.chunk_id])
            elif await index.originals("acme", [item.chunk.chunk_id]):
                await index.move([moved(item, ordinal=number, attributes=HR)])

    for each in before:
        await happen(*each)

    async def happening():
        for each in meanwhile.pop() if meanwhile else ():
            await happen(*each)

    done = await both.filled(OtherEmbedder(happening))
    assert done.complete
    assert await both.same()
