"""What every reranker must do; a test file inherits it and gives a `reranker` fixture."""

import numpy as np
import pytest

from agents.ports import Reranker

QUESTION = "when does the ferry leave"
TEXTS = ["the ferry leaves at seven.", "bicycles are free", "", "vis", "the ferry " * 400, "猫 🛥", "?"]


class RerankerContract:
    """The port `Reranker`, as its callers may rely on it."""

    async def test_each_text_has_one_finite_score_in_its_place(self, reranker: Reranker) -> None:
        scores = await reranker.scores(QUESTION, TEXTS)
        assert (scores.shape, scores.dtype) == ((len(TEXTS),), np.float32)
        assert np.isfinite(scores).all()

    async def test_no_texts_have_no_scores(self, reranker: Reranker) -> None:
        assert (await reranker.scores(QUESTION, [])).shape == (0,)

    async def test_a_score_depends_on_question_and_text_alone(self, reranker: Reranker) -> None:
        together = await reranker.scores(QUESTION, TEXTS * 3)
        alone = [float((await reranker.scores(QUESTION, [text]))[0]) for text in TEXTS]
        assert together == pytest.approx(alone * 3, abs=1e-5)

    @pytest.mark.parametrize("question", ["", "?", "the " * 2_000, "猫", "\x00"])
    async def test_no_question_is_too_odd_or_too_long(self, reranker: Reranker, question: str) -> None:
        """FAILURES 61."""
        assert np.isfinite(await reranker.scores(question, TEXTS)).all()

    def test_it_says_which_it_is(self, reranker: Reranker) -> None:
        assert reranker.reranker_id
