from agents.monitors.detecting import Observation
from agents.monitors.rate import RateDetector
from schemas.monitors import Rate
from schemas.operations import Evidence
from tests.agents.monitors.worlds import at

DETECTOR = RateDetector()
ASKED = Rate(above=5.0, window_s=600.0)


def test_more_than_there_should_be_is_told_once_and_the_end_when_half_is_left() -> None:
    state = DETECTOR.start(ASKED)
    told = []
    for second in range(0, 100, 10):
        labels = {"stage": "index", "error": "ValueError" if second % 20 else "KeyError"}
        seen = Observation(at(second), 1.0, labels=labels, evidence=Evidence(doc_id=str(second)))
        state, reading = DETECTOR.observe(state, ASKED, seen, 1.0)
        told += [(second, reading)] if reading else []
    ((second, reading),) = told
    assert (second, reading.status, reading.value, reading.since) == (50, "breached", 6.0, at(0))
    assert [each.doc_id for each in reading.evidence] == ["10", "20", "30", "40", "50"]
    assert reading.details == {"latest": "stage index, error KeyError; stage index, error ValueError"}
    assert DETECTOR.tick(state, ASKED, at(600)) == (state, None)
    after, reading_2 = DETECTOR.tick(state, ASKED, at(700))
    assert reading_2 is not None
    assert (reading_2.status, after.breached) == ("normal", False)
    assert DETECTOR.tick(after, ASKED, at(9_000)) == (after, None)


def test_zero_and_nothing_count_for_nothing() -> None:
    state = DETECTOR.start(ASKED)
    assert DETECTOR.observe(state, ASKED, Observation(at(0), 0.0), 1.0) == (state, None)
    assert DETECTOR.observe(state, ASKED, Observation(at(0)), 1.0) == (state, None)


def test_the_way_back_is_never_above_the_way_there() -> None:
    assert Rate(above=10.0).back == 5.0
    assert Rate(above=10.0, clear=20.0).back == 10.0
    assert Rate(above=10.0, clear=1.0).back == 1.0


def test_a_rebase_forgets() -> None:
    state, _ = DETECTOR.observe(DETECTOR.start(ASKED), ASKED, Observation(at(0), 3.0), 1.0)
    assert DETECTOR.rebase(state, ASKED) == DETECTOR.start(ASKED)
