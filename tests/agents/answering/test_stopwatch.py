from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from agents.answering.stopwatch import Stopwatch
from tests.agents.answering.fakes import ASKED, FakeClock


@given(st.lists(st.integers(-10_000, 10_000), min_size=3, max_size=3))
def test_a_clock_that_jumps_gives_no_negative_time(jumps):
    clock = FakeClock()
    clock.pass_by(jumps[0])
    watch = Stopwatch(clock, ASKED, 1_000)
    for stage, jump in zip(("embed", "search"), jumps[1:], strict=True):
        with watch.measure(stage):
            clock.pass_by(jump)
    assert list(watch.timings_ms()) == ["queue", "embed", "search", "draft", "total"]
    assert min(watch.timings_ms().values()) >= 0


def test_the_deadline_itself_is_still_in_time():
    clock = FakeClock()
    clock.pass_by(1_000)
    assert not Stopwatch(clock, ASKED, 1_000).overdue()
    clock.pass_by(1)
    assert Stopwatch(clock, ASKED, 1_000).overdue()


def test_a_stage_that_raises_is_timed():
    clock = FakeClock()
    watch = Stopwatch(clock, ASKED, 1_000)
    with suppress(KeyError), watch.measure("search"):
        clock.pass_by(9)
        raise KeyError
    assert watch.timings_ms()["search"] == 9
    assert watch.stage == "search"
