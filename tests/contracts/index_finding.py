"""What every index must find, and for whom it must not."""

import random
from datetime import UTC, datetime

import numpy as np
import pytest

from agents.ports import Index
from schemas.chunks import DocumentAttributes
from schemas.failures import PermanentError
from schemas.index_failures import MissingChunksError
from tests.contracts.index_samples import (
    AT,
    DIMENSION,
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


class IndexFinding:
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
