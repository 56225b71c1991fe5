import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.failures import ConfigurationError
from streams.cli.retrieval_metrics import measured, percentiles

JUDGED = {"q1": {"a": 1, "b": 1}, "q2": {"c": 2, "d": 1, "e": 0}}


def test_figures_of_a_ranking_are_those_worked_out_by_hand():
    found = measured({"q1": ["x", "a", "y"], "q2": ["d", "c", "e"]}, JUDGED)
    first = (1 / math.log2(3)) / (1 + 1 / math.log2(3))
    second = (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    assert found["ndcg@10"] == pytest.approx((first + second) / 2)
    assert found["recall@10"] == pytest.approx((1 / 2 + 1) / 2)
    assert found["mrr"] == pytest.approx((1 / 2 + 1) / 2)


def test_recall_at_ten_and_at_a_hundred_differ_by_what_lies_between():
    ranking = [f"x{number}" for number in range(10)] + ["a"] + [f"y{number}" for number in range(100)] + ["b"]
    found = measured({"q1": ranking}, {"q1": JUDGED["q1"]})
    assert (found["recall@10"], found["recall@100"]) == (0, 0.5)


def test_a_question_that_found_nothing_counts_as_zero():
    found = measured({"q1": ["a", "b"], "q2": []}, JUDGED)
    assert set(found.values()) == {0.5}


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_that_was_found_decides_and_not_the_names(ranking):
    found = measured({"q": ranking}, {"q": {"c": 1}})
    assert found["mrr"] == pytest.approx(1 / (ranking.index("c") + 1))


def test_without_the_library_one_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(ConfigurationError, match=r"pip install ir-measures.*\[eval\]"):
        measured({}, {})


def test_percentiles_are_of_all_times_and_zero_of_none():
    assert percentiles(range(101)) == {"p50": 50, "p90": 90, "p99": 99}
    assert percentiles([]) == {"p50": 0, "p90": 0, "p99": 0}
