from bench.memory_soak import plot, summary


def samples(*sizes):
    return [{"chunks": 100.0 * number, "rss_mib": float(size)} for number, size in enumerate(sizes, start=1)]


def test_the_warm_up_does_not_count_and_what_strays_is_told():
    found = summary(samples(10, 50, *[100] * 17, 104))
    assert (found["chunks"], found["median_rss_mib"]) == (2_000, 100)
    assert (found["below"], found["above"], found["met"]) == (0, 0.04, True)


def test_a_size_that_creeps_is_no_flat_one():
    """FAILURES 34."""
    assert not summary(samples(*range(100, 140, 2)))["met"]
    assert summary(samples(50, 60, *[100, 101] * 10))["met"]


def test_the_plot_says_whether_the_bound_was_kept():
    creeping = samples(*range(100, 140, 2))
    assert "MISSED" in plot({**summary(creeping), "samples": creeping})
