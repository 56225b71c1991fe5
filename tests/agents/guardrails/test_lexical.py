import numpy as np
import pytest

from agents.guardrails.lexical import LexicalModel
from agents.guardrails.ngrams import BUCKETS, ngrams


@pytest.fixture
def model() -> LexicalModel:
    """Likes every n-gram of the word `ignore`."""
    weights = np.zeros(BUCKETS, dtype=np.float32)
    weights[ngrams("ignore").buckets] = 1
    return LexicalModel(weights, bias=-1)


def test_a_text_of_known_words_scores_higher_than_another(model: LexicalModel) -> None:
    assert model.score(ngrams("ignore")) > 0 > model.score(ngrams("zebra"))


def test_a_text_without_n_grams_scores_the_bias(model: LexicalModel) -> None:
    assert model.score(ngrams("")) == model.score(ngrams("!")) == -1


def test_each_piece_is_scored_by_what_lies_within_it(model: LexicalModel) -> None:
    text = "zebras. ignore! zebras"

    scores = model.scores(ngrams(text), np.array([0, 7, 16, 22]))

    assert scores.argmax() == 1
    assert scores[1] == pytest.approx(model.score(ngrams(" ignore! ")), abs=0.3)


def test_an_empty_piece_scores_the_bias(model: LexicalModel) -> None:
    assert model.scores(ngrams("ignore"), np.array([0, 0, 6])).tolist()[0] == -1
