import pytest

from agents.monitors.detecting import Observation
from agents.monitors.threshold import ThresholdDetector
from schemas.monitors import Threshold
from schemas.operations import Evidence
from tests.agents.monitors.worlds import at


def statuses(asked: Threshold, *values: float | None) -> list[str]:
    detector = ThresholdDetector()
    state = detector.start(asked)
    found = []
    for number, value in enumerate(values):
        state, reading = detector.observe(state, asked, Observation(at(number), value), 1.0)
        found.append(reading.status if reading else "")
    return found


def test_it_says_something_when_the_signal_crosses_and_nothing_while_it_stays() -> None:
    assert statuses(Threshold(above=1.0), 0.5, 2, 3, 1.0) == ["normal", "breached", "", "normal"]
    assert statuses(Threshold(below=1.0), 0.5, 0.2, 3, 1.0) == ["breached", "", "normal", ""]


def test_between_the_bound_and_clear_nothing_changes() -> None:
    """FAILURES 71."""
    flapping = [0.19, 0.21] * 100
    assert statuses(Threshold(above=0.2, clear=0.1), *flapping).count("breached") == 1
    assert statuses(Threshold(above=0.2, clear=0.1), 0.3, 0.15, 0.1)[1:] == ["", "normal"]
    assert statuses(Threshold(below=0.2, clear=0.3), 0.1, 0.25, 0.3)[1:] == ["", "normal"]


def test_a_clear_on_the_wrong_side_counts_as_the_bound() -> None:
    assert statuses(Threshold(above=1.0, clear=5.0), 2, 3, 0.9) == ["breached", "", "normal"]


def test_an_observation_without_a_value_says_nothing() -> None:
    assert statuses(Threshold(above=1.0), None, 2, None) == ["", "breached", ""]


@pytest.mark.parametrize("asked", [Threshold(above=1.0), Threshold(below=3.0)])
def test_since_is_when_it_went_beyond(asked: Threshold) -> None:
    detector = ThresholdDetector()
    state, reading = detector.observe(detector.start(asked), asked, Observation(at(7), 2.0), 1.0)
    assert reading is not None
    assert (reading.status, reading.since, reading.value) == ("breached", at(7), 2.0)
    assert detector.tick(state, asked, at(1_000)) == (state, None)
    assert detector.rebase(state, asked) == state


def test_it_names_what_was_observed_and_where() -> None:
    asked, detector = Threshold(above=0.5), ThresholdDetector()
    seen = Observation(at(1), 1.0, label="chunks/3", evidence=Evidence(doc_id="d"))
    _, reading = detector.observe(detector.start(asked), asked, seen, 1.0)
    assert reading is not None
    assert reading.evidence == (Evidence(doc_id="d"),)
    assert reading.details == {"where": "chunks/3"}
    assert reading.summary == "is 1, above 0.5: chunks/3"
