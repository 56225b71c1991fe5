from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.fusion import CANDIDATES, RANK_OFFSET, fused
from schemas.passages import Search

COSINES = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.floats(-1, 1), min_size=1, max_size=40)
WEIGHTS = st.floats(0, 1)
FUSIONS = st.sampled_from(["relative", "ranked"])


def search(**given):
    return Search.model_validate({"tenant": "acme", "text": "pump", **given})


def test_relative_fusion_scales_each_half_by_its_own_range():
    dense, lexical = {"a": 0.8, "b": 0.6, "c": 0.4}, {"c": 9.0, "b": 3.0}
    assert fused(search(alpha=0.5), dense, lexical) == pytest.approx({"a": 0.5, "b": 0.25, "c": 0.5})


def test_ranked_fusion_counts_places_alone():
    dense, lexical = {"a": 0.8, "b": 0.1}, {"b": 100.0}
    first, second = 1 / RANK_OFFSET, 1 / (RANK_OFFSET + 1)
    found = fused(search(alpha=0.4, fusion="ranked"), dense, lexical)
    assert found == pytest.approx({"a": 0.4 * first, "b": 0.4 * second + 0.6 * first})


def test_a_half_hands_on_a_hundred_candidates_or_as_many_as_are_asked_for():
    dense = {f"{number:04}": 1 - number / 1000 for number in range(500)}
    assert len(fused(search(alpha=1.0), dense, {})) == CANDIDATES
    assert len(fused(search(alpha=1.0, top_k=200), dense, {})) == 200


@given(dense=COSINES, lexical=COSINES, alpha=WEIGHTS, fusion=FUSIONS)
def test_one_mode_is_its_own_half_and_hybrid_finds_what_a_half_found(dense, lexical, alpha, fusion):
    weighed = {"alpha": alpha, "fusion": fusion}
    assert fused(search(mode="dense", **weighed), dense, lexical) == dense
    assert fused(search(mode="lexical", **weighed), dense, lexical) == lexical
    both = fused(search(**weighed), dense, lexical)
    assert both.keys() == (dense if alpha > 0 else {}).keys() | (lexical if alpha < 1 else {}).keys()
    assert all(0 <= score <= 1 + 1e-9 for score in both.values())


@given(dense=COSINES, fusion=FUSIONS, alpha=st.floats(0.01, 1))
def test_a_half_alone_keeps_its_order(dense, fusion, alpha):
    both = fused(search(alpha=alpha, fusion=fusion), dense, {})
    ordered = sorted(dense, key=lambda each: (-dense[each], each))
    assert all(both[one] >= both[other] for one, other in pairwise(ordered))
