import math

import pytest

from infra.bm25 import Bm25


def test_a_score_is_the_formulas() -> None:
    index = Bm25()
    index.put("x", ["a", "a", "b"])
    index.put("y", ["b"])
    rarity = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    length = 1 - 0.75 + 0.75 * 3 / 2
    assert index.scores(["a"], {"x", "y"}) == {"x": pytest.approx(rarity * 2 * 2.2 / (2 + 1.2 * length))}


def test_a_replaced_chunk_is_found_by_its_new_terms_only() -> None:
    index = Bm25()
    index.put("x", ["old", "old"])
    index.put("x", ["new"])
    assert index.scores(["old"], {"x"}) == {}
    assert set(index.scores(["new"], {"x"})) == {"x"}


def test_a_chunk_that_may_not_be_seen_has_no_score() -> None:
    index = Bm25()
    index.put("x", ["a"])
    index.put("y", ["a"])
    assert set(index.scores(["a"], {"y"})) == {"y"}


def test_an_empty_index_scores_nothing() -> None:
    index = Bm25()
    index.remove("never there")
    assert index.scores(["a"], set()) == {}
