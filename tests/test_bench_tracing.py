"""The figures of bench/tracing: each mode beside `off` in the same round."""

from bench.tracing import Turn, summary, table
from bench.tracing_cost import figures
from bench.tracing_cost import table as cost_table
from bench.tracing_modes import MODES


def turn(mode, number, docs_per_s, ms):
    return Turn(mode, number, docs_per_s, 1_000 / docs_per_s, ms, ms - 1, ms / 10, 500 + number)


def test_ratios_are_those_of_a_round_and_not_of_medians():
    turns = [turn("off", 1, 100, 10), turn("off", 2, 50, 20), turn("off", 3, 10, 40)]
    turns += [
        turn(mode, each.number, each.docs_per_s * 0.98, each.question_p50_ms + 0.5)
        for mode in MODES[1:]
        for each in turns[:3]
    ]
    report = {"minutes": 1.0, **summary(turns)}
    assert report["rounds"] == 3
    files = report["modes"]["files"]
    assert files["throughput_ratio"] == [0.98] * 3
    assert files["ingest_cpu_ratio"] == [1.02] * 3
    assert files["question_difference_ms"] == [0.5] * 3
    assert files["rss_mib_first_last"] == [501, 503]
    for each in report["modes"].values():
        each |= {"dropped": 7, "stopped_s": 1.0}
    assert len(table(report).splitlines()) == len(MODES) + 2


def test_the_cost_is_the_median_difference_of_neighbours():
    found = figures([(10.0, 10.2), (50.0, 50.1), (20.0, 20.3)])
    assert (found["off_ms"], found["difference_ms"], found["ratio"]) == (20.0, 0.2, 1.01)
    lines = cost_table({"document": found, "question": found, "latency": found}).splitlines()
    assert [line.split()[-1] for line in lines[1:]] == ["1.0100"] * 3
