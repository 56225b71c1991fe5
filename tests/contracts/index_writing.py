"""What every index must do when it is written to: once or twice, in part or badly."""

from datetime import UTC, datetime

import numpy as np
import pytest

from agents.ports import Index, Vectors
from schemas.chunks import DocumentAttributes, Span
from schemas.failures import PermanentError
from schemas.index_failures import MissingChunksError
from schemas.passages import Passage
from tests.contracts.index_samples import (
    DIMENSION,
    EMBEDDER,
    ask,
    chunk,
    chunk_id,
    found,
    moved,
    origin,
    stored,
    texts,
    vector,
    vectors,
)


class IndexWriting:
    async def test_a_chunk_is_readable_as_soon_as_upsert_returns(self, index: Index) -> None:
        attributes = DocumentAttributes(title="Guide", uri="https://example.org/g", metadata={"lang": "en"})
        await index.upsert([chunk("d", "hello world", attributes=attributes, heading=("A", "B"))], vector(1))
        (passage,) = await found(index)
        assert passage.similarity == pytest.approx(1.0, abs=1e-4)
        assert passage == Passage(
            chunk_id=chunk_id("d", "hello world"),
            doc_id="d",
            revision=1,
            text="hello world",
            ordinal=0,
            span=Span(start=10, end=21),
            heading=("A", "B"),
            title="Guide",
            uri="https://example.org/g",
            metadata_json='{"lang":"en"}',
            origin=origin(),
            score=passage.score,
            similarity=passage.similarity,
        )

    async def test_an_audit_reads_every_chunk_of_every_tenant(self, index: Index) -> None:
        before = datetime.now(UTC)
        chunks = [chunk("d", f"text {n}", tenant=tenant, ordinal=n) for tenant in ("acme", "bolt") for n in range(3)]
        await index.upsert(chunks, vectors(*range(6)))
        seen = await stored(index)
        assert set(seen) == {(item.tenant, item.chunk.chunk_id) for item in chunks}
        one = seen["bolt", chunk_id("d", "text 2", "bolt")]
        assert (one.doc_id, one.revision, one.ordinal, one.span) == ("d", 1, 2, Span(start=10, end=16))
        assert one.embedder_id == EMBEDDER
        assert before.timestamp() - 0.01 <= one.indexed_at.timestamp() <= datetime.now(UTC).timestamp()

    async def test_an_empty_index_has_nothing_to_find_or_audit(self, index: Index) -> None:
        assert list(await found(index)) == []
        assert await stored(index) == {}

    async def test_repeating_an_upsert_changes_nothing(self, index: Index) -> None:
        """FAILURES 18: a timed-out write that did land is sent again."""
        chunks = [chunk("d", f"text {n}", ordinal=n) for n in range(5)]
        for _ in range(3):
            await index.upsert(chunks, vectors(*range(5)))
        assert len(await stored(index)) == 5
        assert len(await found(index)) == 5

    async def test_an_upsert_replaces_what_had_its_id(self, index: Index) -> None:
        first = DocumentAttributes(title="Old", uri="https://example.org/old", metadata={"team": "a"})
        await index.upsert([chunk("d", "same text", attributes=first)], vector(1))
        await index.upsert([chunk("d", "same text", ordinal=7, revision=2)], vector(2))
        (passage,) = await found(index, seed=2)
        assert (passage.ordinal, passage.revision, passage.title, passage.uri) == (7, 2, None, None)
        assert passage.similarity == pytest.approx(1.0, abs=1e-4)
        assert await texts(index, ask(filters={"team": "a"})) == set()

    async def test_of_two_chunks_with_one_id_in_a_call_the_last_counts(self, index: Index) -> None:
        await index.upsert([chunk("d", "twin", ordinal=1), chunk("d", "twin", ordinal=2)], vectors(1, 2))
        (passage,) = await found(index, seed=2)
        assert (passage.ordinal, passage.similarity) == (2, pytest.approx(1.0, abs=1e-4))

    async def test_no_chunks_are_no_work(self, index: Index) -> None:
        await index.upsert([], vectors())
        await index.move([])
        await index.delete("acme", [])
        assert await stored(index) == {}

    async def test_a_moved_chunk_keeps_its_text_and_vector(self, index: Index) -> None:
        item = chunk("d", "moving text", attributes=DocumentAttributes(title="Old", readers=("hr",)))
        await index.upsert([item, chunk("d", "stays")], vectors(1, 2))
        attributes = DocumentAttributes(title="New title", metadata={"a": 1})
        await index.move([moved(item, ordinal=9, attributes=attributes)])
        passage = next(one for one in await found(index) if one.ordinal == 9)
        assert (passage.text, passage.title, passage.heading) == ("moving text", "New title", ("New",))
        assert (passage.revision, passage.span, passage.origin.offset) == (2, Span(start=500, end=600), 99)
        assert passage.similarity == pytest.approx(1.0, abs=1e-4)
        assert await texts(index, ask(filters={"a": 1})) == {"moving text"}
        assert (await stored(index))["acme", item.chunk.chunk_id].embedder_id == EMBEDDER

    async def test_a_moved_chunk_is_found_by_its_new_title(self, index: Index) -> None:
        item = chunk("d", "text", attributes=DocumentAttributes(title="Aardvark"))
        await index.upsert([item, chunk("d", "other words")], vectors(1, 2))
        await index.move([moved(item, ordinal=0, attributes=DocumentAttributes(title="Zebra"))])
        assert await texts(index, ask("zebra", alpha=0)) == {"text"}
        assert await texts(index, ask("aardvark", alpha=0)) == set()

    async def test_moving_again_changes_nothing(self, index: Index) -> None:
        items = [chunk("d", f"text {n}") for n in range(250)]
        await index.upsert(items, vectors(*range(250)))
        for _ in range(2):
            await index.move([moved(item, ordinal=n + 1_000) for n, item in enumerate(items)])
        assert sorted(one.ordinal for one in (await stored(index)).values()) == list(range(1_000, 1_250))

    async def test_a_move_names_what_is_not_stored_and_moves_the_rest(self, index: Index) -> None:
        here, gone = chunk("d", "here"), chunk("d", "gone")
        await index.upsert([here], vector(1))
        with pytest.raises(MissingChunksError) as caught:
            await index.move([moved(gone, ordinal=1), moved(here, ordinal=2)])
        assert caught.value.chunk_ids == (gone.chunk.chunk_id,)
        assert gone.chunk.chunk_id in str(caught.value)
        (only,) = (await stored(index)).values()
        assert only.ordinal == 2

    async def test_deleting_twice_is_no_error(self, index: Index) -> None:
        await index.upsert([chunk("d", "goes"), chunk("d", "stays")], vectors(1, 2))
        for _ in range(2):
            await index.delete("acme", [chunk_id("d", "goes"), chunk_id("d", "goes"), chunk_id("d", "never was")])
            assert await texts(index) == {"stays"}

    async def test_a_deleted_chunk_can_come_back(self, index: Index) -> None:
        """FAILURES 29: A, then B, then A again."""
        for _ in range(3):
            await index.upsert([chunk("d", "A")], vector(1))
            await index.delete("acme", [chunk_id("d", "A")])
        assert await texts(index) == set()
        await index.upsert([chunk("d", "A")], vector(1))
        assert await texts(index) == {"A"}

    @pytest.mark.parametrize(
        "bad",
        [
            np.ones((1, DIMENSION + 1), np.float32) / np.sqrt(DIMENSION + 1),
            np.ones((1, DIMENSION - 1), np.float32) / np.sqrt(DIMENSION - 1),
            np.empty((1, 0), np.float32),
            np.zeros((1, DIMENSION), np.float32),
            np.full((1, DIMENSION), np.nan, np.float32),
            np.full((1, DIMENSION), np.inf, np.float32),
            np.ones((1, DIMENSION), np.float32),
        ],
        ids=["longer", "shorter", "empty", "zero", "nan", "inf", "not of length one"],
    )
    async def test_an_unusable_vector_is_refused_and_named(self, index: Index, bad: Vectors) -> None:
        """FAILURES 19: nothing of the call is stored, and no search with such a vector is sent."""
        with pytest.raises(PermanentError, match=chunk_id("d", "bad")):
            await index.upsert([chunk("d", "bad")], bad)
        with pytest.raises(PermanentError):
            await index.search(ask(), bad)
        assert await stored(index) == {}

    async def test_one_bad_vector_among_good_ones_is_the_one_named(self, index: Index) -> None:
        rows = vectors(1, 2, 3)
        rows[1, 0] = np.nan
        with pytest.raises(PermanentError) as caught:
            await index.upsert([chunk("d", "one"), chunk("d", "two"), chunk("d", "three")], rows)
        assert chunk_id("d", "two") in str(caught.value)
        assert chunk_id("d", "one") not in str(caught.value)
        assert await stored(index) == {}

    async def test_as_many_vectors_as_chunks_are_wanted(self, index: Index) -> None:
        with pytest.raises(PermanentError):
            await index.upsert([chunk("d", "one"), chunk("d", "two")], vector(1))
