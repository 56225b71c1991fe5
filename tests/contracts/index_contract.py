"""What every index must do; `test_<adapter>.py` inherits it and gives an `index` fixture of an empty index."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from agents.ports import Index, Vectors
from schemas.chunks import Chunk, DocumentAttributes, Move, Span
from schemas.event import Origin, derive_id
from schemas.failures import PermanentError
from schemas.index_failures import MissingChunksError
from schemas.passages import IndexedChunk, MovedChunk, Passage, Search, StoredChunk

DIMENSION = 16
EMBEDDER = "test-embedder@1"
AT = datetime(2026, 3, 1, 12, 0, 0, 123_000, tzinfo=UTC)
ANYTHING = "tell me anything"


def origin(offset: int = 0) -> Origin:
    return Origin(topic="documents", partition=1, offset=offset, at=AT)


def vector(seed: int) -> Vectors:
    """One row, unit length."""
    drawn = np.random.default_rng(seed).normal(size=(1, DIMENSION)).astype(np.float32)
    return drawn / np.linalg.norm(drawn)


def vectors(*seeds: int) -> Vectors:
    return np.concatenate([vector(seed) for seed in seeds]) if seeds else np.empty((0, DIMENSION), np.float32)


def chunk_id(doc_id: str, text: str, tenant: str = "acme") -> str:
    return derive_id(tenant, doc_id, text)


def chunk(
    doc_id: str,
    text: str,
    *,
    tenant: str = "acme",
    ordinal: int = 0,
    revision: int = 1,
    attributes: DocumentAttributes | None = None,
    heading: tuple[str, ...] = (),
) -> IndexedChunk:
    return IndexedChunk(
        tenant=tenant,
        doc_id=doc_id,
        revision=revision,
        chunk=Chunk(
            chunk_id=chunk_id(doc_id, text, tenant),
            text=text,
            ordinal=ordinal,
            span=Span(start=10, end=10 + len(text)),
            heading=heading,
        ),
        attributes=attributes or DocumentAttributes(),
        origin=origin(ordinal),
        embedder_id=EMBEDDER,
    )


def moved(item: IndexedChunk, *, ordinal: int, attributes: DocumentAttributes | None = None) -> MovedChunk:
    return MovedChunk(
        tenant=item.tenant,
        doc_id=item.doc_id,
        revision=item.revision + 1,
        move=Move(chunk_id=item.chunk.chunk_id, ordinal=ordinal, span=Span(start=500, end=600), heading=("New",)),
        attributes=attributes or item.attributes,
        origin=origin(99),
    )


def ask(text: str = ANYTHING, **given: object) -> Search:
    return Search.model_validate({"tenant": "acme", "text": text, "top_k": 50, **given})


async def found(index: Index, search: Search | None = None, seed: int = 1) -> Sequence[Passage]:
    return await index.search(search or ask(), vector(seed))


async def texts(index: Index, search: Search | None = None) -> set[str]:
    return {passage.text for passage in await found(index, search)}


async def stored(index: Index) -> dict[tuple[str, str], StoredChunk]:
    """By tenant and chunk id; a chunk that is reported twice fails here."""
    seen: dict[tuple[str, str], StoredChunk] = {}
    async for tenant, one in index.scan():
        assert (tenant, one.chunk_id) not in seen
        seen[tenant, one.chunk_id] = one
    return seen


class IndexContract:
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

    async def test_tenants_never_see_each_other(self, index: Index) -> None:
        """FAILURES 28: the same document id, the same text, the same vector, two tenants."""
        for tenant in ("acme", "Acme", "acme-2"):
            await index.upsert([chunk("d", f"secret of {tenant}", tenant=tenant)], vector(1))
        await index.upsert([chunk("d", "shared", tenant="acme"), chunk("d", "shared", tenant="Acme")], vectors(2, 2))
        for tenant, own in (("acme", {"secret of acme", "shared"}), ("acme-2", {"secret of acme-2"})):
            assert await texts(index, ask("secret shared", tenant=tenant)) == own
        await index.delete("acme", [chunk_id("d", "shared", "Acme")])
        assert "shared" in await texts(index, ask("secret shared", tenant="Acme"))

    @pytest.mark.parametrize("tenant", ["", " ", "a b", " acme", "acme ", "a/b", "-a", "a" * 65, "acme\n"])
    async def test_a_call_without_a_proper_tenant_is_refused(self, index: Index, tenant: str) -> None:
        """FAILURES 28: a missing tenant is rejected, never guessed."""
        item = chunk("d", "text", tenant=tenant)
        for attempt in (
            index.upsert([item], vector(1)),
            index.move([moved(item, ordinal=1)]),
            index.delete(tenant, ["x"]),
            index.search(ask(tenant=tenant), vector(1)),
        ):
            with pytest.raises(PermanentError, match="tenant"):
                await attempt

    async def test_an_unknown_tenant_finds_nothing_and_deletes_nothing(self, index: Index) -> None:
        assert list(await found(index, ask(tenant="nobody"))) == []
        await index.delete("nobody", [chunk_id("d", "x")])
        with pytest.raises(MissingChunksError):
            await index.move([moved(chunk("d", "x", tenant="nobody"), ordinal=1)])

    async def test_readers_bound_what_is_found(self, index: Index) -> None:
        for name, readers in (("open", ()), ("hr", ("hr",)), ("both", ("hr", "it"))):
            await index.upsert([chunk(name, name, attributes=DocumentAttributes(readers=readers))], vector(1))
        assert await texts(index) == {"open"}
        assert await texts(index, ask(groups=["sales"])) == {"open"}
        assert await texts(index, ask(groups=["it"])) == {"open", "both"}
        assert await texts(index, ask(groups=["hr", "sales"])) == {"open", "hr", "both"}

    @pytest.mark.parametrize("near", ["HR", "hr ", " hr", "h", "hr team", "hr\n", "*", "", "hr*", '"hr"', "\u00a0hr"])
    async def test_a_group_that_only_looks_alike_is_another_group(self, index: Index, near: str) -> None:
        """A database that trims blanks or folds case must not let a stranger in."""
        await index.upsert([chunk("d", "secret", attributes=DocumentAttributes(readers=("hr",)))], vector(1))
        assert await texts(index, ask(groups=[near])) == set()
        await index.upsert([chunk("e", "other", attributes=DocumentAttributes(readers=(near,)))], vector(1))
        assert "other" not in await texts(index, ask(groups=["hr"])) or near == "*"

    async def test_filters_are_equalities_on_scalar_metadata(self, index: Index) -> None:
        for name, metadata in (
            ("a", {"year": 2024, "team": "x", "draft": True}),
            ("b", {"year": 2024.0, "team": "y", "draft": 1}),
            ("c", {"year": "2024", "team": "x", "tags": ["y"], "none": None}),
        ):
            await index.upsert([chunk(name, name, attributes=DocumentAttributes(metadata=metadata))], vector(1))
        assert await texts(index, ask(filters={"year": 2024})) == {"a", "b"}
        assert await texts(index, ask(filters={"year": "2024"})) == {"c"}
        assert await texts(index, ask(filters={"draft": True})) == {"a"}
        assert await texts(index, ask(filters={"draft": 1})) == {"b"}
        assert await texts(index, ask(filters={"year": 2024, "team": "x"})) == {"a"}
        assert await texts(index, ask(filters={"team": "X"})) == set()
        assert await texts(index, ask(filters={"unknown": "x"})) == set()

    @pytest.mark.parametrize(
        "key", ["id", "vector", "_id", "header 1", "author:name", "été", "1st", "", "k" * 300, 'a"=b', "a=b", "\x00"]
    )
    async def test_no_metadata_key_can_fail_a_document(self, index: Index, key: str) -> None:
        """FAILURES 21: reserved and illegal property names."""
        attributes = DocumentAttributes(metadata={key: "value", "header_1": "another"})
        await index.upsert([chunk("d", "text", attributes=attributes)], vector(1))
        assert await texts(index, ask(filters={key: "value"})) == {"text"}
        assert await texts(index, ask(filters={key: "another"})) == set()

    async def test_a_field_may_change_its_type_from_document_to_document(self, index: Index) -> None:
        """FAILURES 23: a first value that looks like a UUID or a date decides nothing about later ones."""
        values = [
            "3f2b6c1e-9a44-4d0b-8c1f-7d100e5a369a",
            "v2",
            3,
            "2024-01-05",
            [],
            {"a": [1, None]},
            None,
            "x" * 70_000,
        ]
        chunks = [
            chunk(f"d{n}", f"text {n}", attributes=DocumentAttributes(metadata={"version": value}))
            for n, value in enumerate(values)
        ]
        await index.upsert(chunks, vectors(*range(len(values))))
        assert len(await found(index)) == len(values)
        assert await texts(index, ask(filters={"version": "v2"})) == {"text 1"}
        assert await texts(index, ask(filters={"version": 3})) == {"text 2"}
        assert await texts(index, ask(filters={"version": "x" * 70_000})) == {"text 7"}

    async def test_times_come_back_as_they_went_in(self, index: Index) -> None:
        """FAILURES 24: year 1, microseconds, the epoch."""
        times = [datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), AT.replace(microsecond=1)]
        for n, at in enumerate(times):
            item = chunk(f"d{n}", f"text {n}").model_copy(update={"origin": origin(n).model_copy(update={"at": at})})
            await index.upsert([item], vector(n))
        passages = sorted(await found(index), key=lambda passage: passage.doc_id)
        assert [passage.origin.at for passage in passages] == times

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

    async def test_search_is_best_first_without_duplicates_and_bounded(self, index: Index) -> None:
        """FAILURES 27: no chunk twice, however it was found."""
        items = [chunk("d", f"apple number {n}", ordinal=n) for n in range(60)]
        await index.upsert(items, vectors(*range(60)))
        for alpha in (0, 0.6, 1):
            passages = await found(index, ask("apple number 7", top_k=20, alpha=alpha), seed=7)
            assert len(passages) == len({passage.chunk_id for passage in passages}) == 20
            assert [passage.score for passage in passages] == sorted((p.score for p in passages), reverse=True)
            assert passages[0].ordinal == 7

    async def test_an_exact_code_is_found_however_far_its_vector(self, index: Index) -> None:
        """FAILURES 27: no hidden distance cut drops a keyword's hit."""
        question = vector(1)
        await index.upsert([chunk("d", "The pump reports ERR-4417 when dry.")], -question)
        noise = [chunk("d", f"The pump reports nothing at all, page {n}.") for n in range(40)]
        rng = random.Random(4)
        near = np.stack([question[0] + 0.02 * vector(rng.randrange(10**6))[0] for _ in noise])
        await index.upsert(noise, near / np.linalg.norm(near, axis=1, keepdims=True))
        passages = await index.search(ask("err-4417", top_k=5, alpha=0.4), question)
        assert "ERR-4417" in passages[0].text
        assert passages[0].similarity == pytest.approx(-1.0, abs=1e-4)

    async def test_another_form_of_a_word_is_found(self, index: Index) -> None:
        await index.upsert([chunk("d", "We measured the pumps."), chunk("d", "Nothing else.")], vectors(1, 2))
        assert await texts(index, ask("measuring a pump", alpha=0)) == {"We measured the pumps."}

    async def test_a_chunk_is_found_by_its_title_and_its_sections(self, index: Index) -> None:
        titled = chunk("a", "one", attributes=DocumentAttributes(title="Zephyr"))
        await index.upsert([titled, chunk("b", "two", heading=("Install", "Quokka"))], vectors(1, 2))
        assert await texts(index, ask("zephyr", alpha=0)) == {"one"}
        assert await texts(index, ask("quokka", alpha=0)) == {"two"}

    @pytest.mark.parametrize("question", ["合同 转换", "合同", "転換の契約"])
    async def test_words_written_without_spaces_are_found(self, index: Index, question: str) -> None:
        """FAILURES 27: keyword hits for Chinese and Japanese."""
        await index.upsert(
            [chunk("d", "本合同转换条款适用。契約転換の契約。"), chunk("d", "天气很好。")], vectors(1, 2)
        )
        assert await texts(index, ask(question, alpha=0)) == {"本合同转换条款适用。契約転換の契約。"}

    @pytest.mark.parametrize(
        "question", ["to be or not to be", "?", "a", "🙂", "é", "x" * 8_192, "\x00b", '"', "AND OR"]
    )
    async def test_an_odd_question_still_finds_what_is_near(self, index: Index, question: str) -> None:
        """FAILURES 27 and 61: stop words only, one letter, an emoji: no crash, the dense half answers."""
        await index.upsert([chunk("d", "near"), chunk("d", "far")], vectors(1, 2))
        passages = await found(index, ask(question))
        assert passages[0].text == "near"

    @pytest.mark.parametrize("blank", ["", " ", "\n\n", "\u200b", "\u3000\t", "\ufeff"])
    async def test_an_empty_question_is_refused(self, index: Index, blank: str) -> None:
        """FAILURES 61: it never reaches the database."""
        with pytest.raises(PermanentError, match="empty"):
            await found(index, ask(blank))

    async def test_an_update_leaves_exactly_the_new_chunks(self, index: Index) -> None:
        """FAILURES 29: ten chunks, then four."""
        await index.upsert([chunk("d", f"old {n}") for n in range(10)], vectors(*range(10)))
        await index.upsert([chunk("d", f"new {n}") for n in range(4)], vectors(*range(4)))
        await index.delete("acme", [chunk_id("d", f"old {n}") for n in range(10)])
        assert await texts(index) == {f"new {n}" for n in range(4)}

    async def test_a_large_document_goes_completely(self, index: Index) -> None:
        """FAILURES 20: more chunks than a delete takes at once."""
        items = [chunk("d", f"text {n}") for n in range(2_500)]
        many = np.random.default_rng(5).normal(size=(2_500, DIMENSION)).astype(np.float32)
        await index.upsert(items, many / np.linalg.norm(many, axis=1, keepdims=True))
        assert len(await stored(index)) == 2_500
        await index.delete("acme", [item.chunk.chunk_id for item in items])
        assert await stored(index) == {}
        assert list(await found(index)) == []
