import pytest

from agents.monitors.detecting import Observation
from agents.monitors.no_data import NoDataDetector, NoDataState, allowed_s, in_words
from schemas.monitors import NoData
from tests.agents.monitors.worlds import at

DETECTOR = NoDataDetector()
ASKED = NoData(after_s=600.0, minimum=5)


def fed(*seconds: float, asked: NoData = ASKED) -> NoDataState:
    state = DETECTOR.start(asked)
    for second in seconds:
        state, _ = DETECTOR.observe(state, asked, Observation(at(second), 0.0), 1.0)
    return state


def test_a_silence_is_noticed_once_and_so_is_its_end() -> None:
    """FAILURES 70."""
    state = fed(0, 1, 2, 3, 4)
    assert DETECTOR.tick(state, ASKED, at(600)) == (state, None)
    silent, reading = DETECTOR.tick(state, ASKED, at(605))
    assert reading is not None
    assert (reading.status, reading.value, reading.threshold, reading.since) == ("breached", 601.0, 600.0, at(4))
    assert DETECTOR.tick(silent, ASKED, at(9_000)) == (silent, None)
    again, reading = DETECTOR.observe(silent, ASKED, Observation(at(1_204), 1.0), 1.0)
    assert reading is not None
    assert (reading.status, reading.summary, reading.since) == ("normal", "came again after 20 min", at(1_204))
    assert not again.silent


def test_silence_means_nothing_where_little_ever_came() -> None:
    assert DETECTOR.tick(fed(), ASKED, at(1e6)) == (fed(), None)
    assert DETECTOR.tick(fed(0, 1, 2, 3), ASKED, at(1e6))[1] is None


def test_a_clock_that_jumps_back_makes_no_silence() -> None:
    """FAILURES 70."""
    state = fed(0, 1_000, 1, 2, 3)
    assert state.last == at(1_000)
    assert DETECTOR.tick(state, ASKED, at(700))[1] is None


def test_usual_silences_are_allowed_for_as_nights_are() -> None:
    asked = NoData(after_s=600.0, minimum=3, gaps=2.0)
    state = fed(0, 10, 28_810, 28_820, asked=asked)
    assert allowed_s(state, asked) == 57_600.0
    assert DETECTOR.tick(state, asked, at(28_820 + 50_000))[1] is None
    assert DETECTOR.tick(state, asked, at(28_820 + 57_700))[1] is not None
    assert allowed_s(DETECTOR.rebase(state, asked), asked) == 600.0


def test_a_long_silence_of_a_month_ago_is_not_usual_for_good() -> None:
    asked = NoData(after_s=600.0, minimum=3, gaps=1.0)
    day = 86_400
    state = fed(0, 10, 3 * day, *(3 * day + hour * 3_600 for hour in range(1, 24 * 29)), asked=asked)
    assert allowed_s(state, asked) == 3_600.0


@pytest.mark.parametrize(
    ("seconds", "words"), [(3, "3 s"), (119, "119 s"), (300, "5 min"), (7_200, "2 h"), (259_200, "3 d")]
)
def test_lengths_of_time_are_told_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
