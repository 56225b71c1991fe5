from collections.abc import Iterator

import pytest

from agents.monitors.burn_rate import EXAMPLES, BurnRateDetector, BurnRateState
from agents.monitors.detecting import Observation, Reading
from schemas.monitors import BurnRate
from schemas.operations import Evidence
from tests.agents.monitors.worlds import at

ASKED = BurnRate(objective=0.99, good_below=1_000.0)
DETECTOR = BurnRateDetector()


def fed(
    values: list[tuple[float, float]], asked: BurnRate = ASKED
) -> Iterator[tuple[float, BurnRateState, Reading | None]]:
    state = DETECTOR.start(asked)
    for number, (second, value) in enumerate(values):
        seen = Observation(at(second), value, evidence=Evidence(answer_id=str(number)))
        state, reading = DETECTOR.observe(state, asked, seen, 1.0)
        yield second, state, reading


def readings(values: list[tuple[float, float]], asked: BurnRate = ASKED) -> list[tuple[float, str]]:
    return [(second, reading.status) for second, _, reading in fed(values, asked) if reading]


GOOD = [(float(second), 100.0) for second in range(0, 3_600, 10)]


def test_a_budget_that_burns_too_fast_in_both_windows_is_told_once_and_so_is_its_end() -> None:
    bad = [(3_600.0 + second, 5_000.0) for second in range(0, 1_200, 10)]
    good = [(4_800.0 + second, 100.0) for second in range(0, 1_200, 10)]
    found = readings([*GOOD, *bad, *good])
    assert [status for _, status in found] == ["breached", "normal"]
    assert 4_100 < found[0][0] < 4_300, "14.4 % of an hour of bad events is about nine minutes"
    assert 4_800 < found[1][0] < 5_100, "within the short window it is over"


def test_the_reading_says_how_much_was_bad_with_examples_and_when_it_began() -> None:
    bad = [(3_600.0 + second, 5_000.0) for second in range(0, 1_200, 10)]
    reading = next(each for _, _, each in fed([*GOOD, *bad]) if each)
    assert reading.value > reading.threshold == 14.4
    assert reading.since == at(3_600)
    assert len(reading.evidence) == EXAMPLES
    assert "1 h and 5 min" not in reading.summary
    assert reading.window == "60 min and 5 min"
    assert "events in 60 min were bad" in reading.summary


@pytest.mark.parametrize("count", [0, 1, 8, 29])
def test_few_events_are_no_reason_for_anything(count: int) -> None:
    """FAILURES 69."""
    assert readings([(float(second), 5_000.0) for second in range(count)]) == []
    assert readings([(float(second), 5_000.0) for second in range(30)]) == [(29.0, "breached")]


def test_a_short_burst_of_bad_events_burns_nothing_much() -> None:
    burst = [(3_600.0 + second, 5_000.0) for second in range(0, 60, 10)]
    assert readings([*GOOD, *burst]) == []


def test_bad_events_of_an_hour_ago_are_no_reason_when_the_short_window_is_good() -> None:
    bad = [(float(second), 5_000.0) for second in range(20)]
    good = [(1_000.0 + second, 0.0) for second in range(100)]
    assert readings([*bad, *good]) == []


def test_silence_is_not_well_but_the_long_window_ends() -> None:
    """FAILURES 70."""
    *_, (_, state, _) = fed([(float(second), 5_000.0) for second in range(40)])
    assert state.breached
    assert DETECTOR.tick(state, ASKED, at(1_800)) == (state, None)
    after, reading = DETECTOR.tick(state, ASKED, at(3_700))
    assert reading is not None
    assert reading.status == "normal"
    assert not after.breached
    assert DETECTOR.tick(after, ASKED, at(9_000)) == (after, None)


def test_it_is_over_when_only_good_events_are_left_in_the_short_window_though_nothing_comes() -> None:
    """Else an outage of half a minute is told again ten minutes after its end, where nobody asks meanwhile."""
    bad = [(float(second), 5_000.0) for second in range(40)]
    good = [(100.0 + second, 100.0) for second in range(40)]
    *_, (_, state, _) = fed([*bad, *good])
    assert state.breached
    assert DETECTOR.tick(state, ASKED, at(200)) == (state, None)
    after, reading = DETECTOR.tick(state, ASKED, at(360))
    assert (after.breached, reading and reading.status) == (False, "normal")
    *_, (_, few, _) = fed([*bad, *good[:5]])
    assert DETECTOR.tick(few, ASKED, at(360)) == (few, None)


def test_without_a_bound_an_event_is_good_when_its_signal_is_zero() -> None:
    asked = BurnRate(objective=0.99)
    assert readings([(float(second), 1.0) for second in range(30)], asked) == [(29.0, "breached")]
    assert readings([(float(second), 0.0) for second in range(300)], asked) == []


def test_its_state_does_not_grow() -> None:
    sizes = [len(state.model_dump_json()) for _, state, _ in fed([(float(n), n % 7 * 300.0) for n in range(20_000)])]
    assert max(sizes) < 5_000
    *_, (_, state, _) = fed([(float(n), n % 7 * 300.0) for n in range(5_000)])
    assert BurnRateState.model_validate_json(state.model_dump_json()) == state


def test_an_observation_without_a_value_is_no_event_and_a_rebase_forgets() -> None:
    *_, (_, state, _) = fed(GOOD)
    assert DETECTOR.observe(state, ASKED, Observation(at(3_600)), 1.0) == (state, None)
    assert DETECTOR.rebase(state, ASKED) == DETECTOR.start(ASKED)
