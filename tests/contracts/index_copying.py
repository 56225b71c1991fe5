"""What every index must do so that another one can be filled from it, with other vectors."""

from typing import Any

import pytest

from schemas.chunks import DocumentAttributes
from schemas.failures import PermanentError
from tests.contracts.index_samples import ask, chunk, chunk_id, found, moved, stored, texts, vector, vectors


class IndexCopying:
    async def test_a_copy_has_all_but_the_vector_and_the_embedder(self, index: Any) -> None:
        attributes = DocumentAttributes(
            title="Guide", uri="https://example.org/g", metadata={"lang": "en"}, readers=("hr",), language="en"
        )
        await index.upsert(
            [chunk("d", "hello ferries", ordinal=3, attributes=attributes, heading=("A", "B"))], vector(1)
        )
        (before,) = await found(index, ask("ferry", groups=("hr",)))
        (original,) = await index.originals("acme", [chunk_id("d", "hello ferries")])
        assert (original.title, original.heading, original.text) == ("Guide", ("A", "B"), "hello ferries")
        await index.delete("acme", [original.chunk_id])
        await index.copy("acme", [original], vector(2), "other@2")
        (after,) = await found(index, ask("ferry", groups=("hr",), filters={"lang": "en"}), seed=2)
        assert after.similarity == pytest.approx(1.0, abs=1e-4)
        kept = {"score": 0.0, "similarity": 0.0}
        assert after.model_copy(update=kept) == before.model_copy(update=kept)
        assert await texts(index, ask("ferry", alpha=0, groups=("hr",))) == {"hello ferries"}
        assert await texts(index) == set()
        assert (await stored(index))["acme", original.chunk_id].embedder_id == "other@2"

    async def test_a_copy_may_be_written_twice_and_moved_like_any_other_chunk(self, index: Any) -> None:
        item = chunk("d", "bare")
        await index.upsert([item, chunk("d", "other")], vectors(1, 2))
        originals = await index.originals("acme", [item.chunk.chunk_id])
        for _ in range(2):
            await index.copy("acme", originals, vector(3), "other@2")
        await index.move([moved(item, ordinal=9)])
        seen = await stored(index)
        assert len(seen) == 2
        one = seen["acme", item.chunk.chunk_id]
        assert (one.ordinal, one.revision, one.embedder_id) == (9, 2, "other@2")

    async def test_only_what_is_stored_has_an_original_and_a_change_of_it_shows(self, index: Any) -> None:
        assert list(await index.originals("acme", [chunk_id("d", "gone")])) == []
        item = chunk("d", "here")
        await index.upsert([item], vector(1))
        ids = [chunk_id("d", "here"), chunk_id("d", "gone"), chunk_id("d", "here")]
        before = await index.originals("acme", ids)
        assert [each.chunk_id for each in before] == [chunk_id("d", "here")]
        assert list(before) == list(await index.originals("acme", ids))
        await index.move([moved(item, ordinal=0, attributes=DocumentAttributes(readers=("hr",)))])
        assert list(before) != list(await index.originals("acme", ids))

    async def test_a_copy_with_a_vector_of_another_embedder_is_refused(self, index: Any) -> None:
        await index.upsert([chunk("d", "text")], vector(1))
        originals = await index.originals("acme", [chunk_id("d", "text")])
        with pytest.raises(PermanentError):
            await index.copy("acme", originals, vector(1)[:, :-1], "other@2")
        await index.copy("acme", [], vectors(), "other@2")

    async def test_more_chunks_than_one_call_takes_are_copied(self, index: Any) -> None:
        many = [chunk("d", f"text {n}", ordinal=n) for n in range(250)]
        await index.upsert(many, vectors(*range(250)))
        originals = await index.originals("acme", [item.chunk.chunk_id for item in many])
        assert len(originals) == 250
        await index.copy("acme", originals, vectors(*range(250)), "other@2")
        assert {one.embedder_id for one in (await stored(index)).values()} == {"other@2"}
