"""What every index must find when it is told which half of a hybrid search to use, and how to fuse the two."""

import numpy as np
import pytest

from agents.ports import Index
from infra.fusion import RANK_OFFSET
from schemas.chunks import DocumentAttributes
from tests.contracts.index_samples import ask, chunk, found, texts, vector, vectors


async def fill(index: Index) -> None:
    """`near` has the question's vector and none of its words, `worded` its words and the opposite vector."""
    question = vector(1)
    await index.upsert([chunk("a", "near")], question)
    await index.upsert([chunk("b", "worded: pump and valve")], -question)
    await index.upsert([chunk("c", "neither"), chunk("c", "one pump")], vectors(2, 3))


class IndexModes:
    async def test_a_dense_search_looks_at_vectors_alone(self, index: Index) -> None:
        await fill(index)
        passages = await found(index, ask("pump valve", mode="dense"))
        assert passages[0].text == "near"
        assert passages[-1].text == "worded: pump and valve"
        assert [p.score for p in passages] == pytest.approx([p.similarity for p in passages], abs=1e-4)

    async def test_a_lexical_search_looks_at_words_alone_and_still_tells_the_cosine(self, index: Index) -> None:
        await fill(index)
        passages = await found(index, ask("pump valve", mode="lexical"))
        assert [p.text for p in passages] == ["worded: pump and valve", "one pump"]
        assert passages[0].score > passages[1].score > 0
        cosine = float((vector(1) @ vector(3).T)[0, 0])
        assert [p.similarity for p in passages] == pytest.approx([-1.0, cosine], abs=1e-4)

    async def test_a_lexical_search_is_the_same_for_any_vector(self, index: Index) -> None:
        await fill(index)
        by_seed = [await found(index, ask("pump valve", mode="lexical"), seed=seed) for seed in (1, 2)]
        assert [p.chunk_id for p in by_seed[0]] == [p.chunk_id for p in by_seed[1]]
        assert [p.score for p in by_seed[0]] == pytest.approx([p.score for p in by_seed[1]])

    @pytest.mark.parametrize("question", ["?", "🙂", "...", "--"])
    async def test_a_question_without_terms_is_found_by_its_vector_and_by_no_word(
        self, index: Index, question: str
    ) -> None:
        await fill(index)
        assert (await found(index, ask(question, mode="dense")))[0].text == "near"
        assert await texts(index, ask(question, mode="lexical")) == set()

    @pytest.mark.parametrize("mode", ["dense", "lexical"])
    async def test_alpha_and_fusion_change_nothing_outside_a_hybrid_search(self, index: Index, mode: str) -> None:
        await fill(index)
        answers = [
            await found(index, ask("pump valve", mode=mode, alpha=alpha, fusion=fusion))
            for alpha, fusion in ((0.0, "relative"), (1.0, "ranked"))
        ]
        assert list(answers[0]) == list(answers[1])

    async def test_ranked_fusion_counts_places(self, index: Index) -> None:
        await fill(index)
        passages = await found(index, ask("pump valve", fusion="ranked", alpha=0.25))
        scores = {p.text: p.score for p in passages}
        last = 0.25 / (RANK_OFFSET + 3)
        assert scores["worded: pump and valve"] == pytest.approx(0.75 / RANK_OFFSET + last, abs=1e-6)
        assert scores["near"] == pytest.approx(0.25 / RANK_OFFSET, abs=1e-6)
        assert [p.score for p in passages] == sorted(scores.values(), reverse=True)

    @pytest.mark.parametrize("mode", ["dense", "lexical"])
    async def test_every_mode_keeps_to_what_the_asker_may_read(self, index: Index, mode: str) -> None:
        for name, readers, year in (("open", (), 1), ("hr", ("hr",), 1), ("later", (), 2)):
            attributes = DocumentAttributes(readers=readers, metadata={"year": year})
            await index.upsert([chunk(name, f"pump {name}", attributes=attributes)], vector(1))
            await index.upsert([chunk(name, f"pump {name}", tenant="bolt", attributes=attributes)], vector(1))
        assert await texts(index, ask("pump", mode=mode)) == {"pump open", "pump later"}
        assert await texts(index, ask("pump", mode=mode, groups=["hr"], filters={"year": 1})) == {
            "pump open",
            "pump hr",
        }
        assert await texts(index, ask("pump", mode=mode, tenant="nobody")) == set()

    @pytest.mark.parametrize("mode", ["dense", "lexical", "hybrid"])
    async def test_every_mode_is_bounded_best_first_and_without_duplicates(self, index: Index, mode: str) -> None:
        items = [chunk("d", f"pump number {n} " + "and pump " * (n % 7), ordinal=n) for n in range(40)]
        await index.upsert(items, np.concatenate([vector(n) for n in range(40)]))
        passages = await found(index, ask("pump", mode=mode, top_k=15))
        assert len(passages) == len({p.chunk_id for p in passages}) == 15
        assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)
