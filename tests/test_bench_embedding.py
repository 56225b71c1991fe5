import pytest

from bench.embedding import quartiles
from bench.embedding_report import alike, ratios, table


def test_a_ratio_is_the_median_of_the_rounds_own_so_that_a_busy_machine_slows_both_sides():
    rounds = [
        {"engine int8": 100.0, "peer": 50.0},
        {"engine int8": 10.0, "peer": 2.5},
        {"engine int8": 90.0, "peer": 30},
    ]
    assert ratios(rounds) == {"engine int8": {"peer": 3.0}}


def test_agreement_is_the_least_cosine_whatever_the_lengths():
    vectors = {"sentence_transformers": [[1, 0], [0, 2]], "same": [[3, 0], [0, 1]], "other": [[1, 1], [0, 1]]}
    assert alike(vectors) == {"sentence_transformers": 1.0, "same": 1.0, "other": pytest.approx(0.7071, abs=1e-4)}
    assert alike({"bare": None}) == {}


def test_quartiles_are_lengths_that_occur():
    assert quartiles([1, 2, 3, 4, 100]) == [1, 2, 3, 4, 100]


def test_the_table_shows_the_fastest_first():
    rounds = [{"engine int8": 100.0, "engine fp32": 50.0, "peer": 25.0}]
    report = {
        "texts": 3,
        "tokens": {},
        "threads": 2,
        "cpu": "a processor",
        "sweep": {},
        "rounds": rounds,
        "ratios": ratios(rounds),
        "peak_rss_mib": {"engine int8": 1, "engine fp32": 2, "peer": 3},
    }
    names = [line.split("  ")[0] for line in table(report).splitlines()[-3:]]
    assert names == ["engine int8", "engine fp32", "peer"]
    assert "4.00 x" in table(report)
