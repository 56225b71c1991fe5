"""Changes of what people ask, made up: the real ones are in bench/question_drift.py."""

import base64
import math
import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.monitors.detecting import Observation, Reading
from agents.monitors.question_drift import QuestionDriftDetector
from schemas.monitors import QuestionDrift, SignalsObserved
from tests.agents.monitors.question_worlds import NEW, USUAL, questions, shifting
from tests.agents.monitors.worlds import Watcher, at, monitor

DETECTOR = QuestionDriftDetector()
ASKED = QuestionDrift(reference=200, window=100)


def readings(seen: Iterable[Observation], asked: QuestionDrift = ASKED, share: float = 0.5) -> list[Reading]:
    state = DETECTOR.start(asked)
    found = []
    for each in seen:
        state, reading = DETECTOR.observe(state, asked, each, share)
        found += [reading] if reading else []
    return found


def told(found: list[Reading]) -> list[Reading]:
    """Those that say that something changed."""
    return [each for each in found if each.summary]


def test_a_gradual_shift_is_told_once_with_the_new_topics_and_the_way_back_once() -> None:
    usual, back = questions(400, 1), questions(400, 3, first=700)
    gone, came = told(readings([*usual, *shifting(300, 2, 0.1, 0.6, first=400), *back]))
    assert (gone.status, came.status) == ("breached", "normal")
    assert gone.value >= gone.threshold == ASKED.minimum_effect
    assert gone.window == "100 questions against 200"
    assert any(new in gone.summary for new in NEW)
    assert gone.details["grew 1"].split(" (")[1].startswith("0% to")
    assert float(gone.details["p-value"]) < 1e-4
    assert gone.since is not None
    assert at(400) <= gone.since < at(700)
    assert all(each.answer_id and each.answer_id.startswith(NEW) for each in gone.evidence)
    assert came.summary == "topics are as they were"


def test_the_same_questions_are_never_drift() -> None:
    """FAILURES 69: a window drawn from the reference itself; here with 40 looks of each of eight pasts."""
    for seed in range(8):
        assert told(readings(questions(700, 100 + seed))) == []


def test_too_few_questions_say_nothing() -> None:
    """FAILURES 69: windows of 0, 1, 8 and 30 questions."""
    for count in (0, 1, 8, 30):
        found = readings([*questions(200, 1), *questions(count, 2, NEW, first=200)])
        assert {each.status for each in found} <= {"insufficient"}


def test_questions_of_another_world_are_drift_as_soon_as_there_is_a_window_of_them() -> None:
    """FAILURES 69: a real shift is detected, though the sample is small."""
    (found,) = told(readings([*questions(200, 1), *questions(100, 2, NEW, first=200)]))
    assert found.since == at(200)
    assert sum(name.startswith("shrank") for name in found.details) >= 1


def test_a_difference_that_is_too_small_to_matter_is_none_however_sure_it_is() -> None:
    """FAILURES 69: everything drifts when there are enough data."""
    asked = QuestionDrift(reference=200, window=100, minimum_effect=0.2)
    assert told(readings([*questions(200, 1), *shifting(1_500, 2, 0.3, 0.3, first=200)], asked)) == []


def test_one_question_all_the_time_is_no_drift() -> None:
    """FAILURES 69: a constant column; as of a program that asks whether we are well."""
    (same,) = questions(1, 1)
    assert told(readings([same] * 800)) == []


@pytest.mark.parametrize("nothing", [Observation(at(0)), Observation(at(0), vector=bytes(64)), Observation(at(0), 0.5)])
def test_what_has_no_direction_is_no_question(nothing: Observation) -> None:
    """FAILURES 70: unusable data neither counts nor breaks anything."""
    seen = questions(330, 1)
    mixed = [each for one in seen for each in (one, nothing)]
    assert readings(mixed) == readings(seen)


def test_a_gap_and_a_clock_that_steps_back_are_no_drift() -> None:
    """FAILURES 70: a night without questions, and then as before."""
    state = DETECTOR.start(ASKED)
    found = []
    for first in (0, 400_000, -5_000):
        for each in questions(300, 5 + first, first=first):
            state, reading = DETECTOR.observe(state, ASKED, each, 1.0)
            found += [reading] if reading else []
        assert DETECTOR.tick(state, ASKED, at(first + 90_000)) == (state, None)
    assert told(found) == []


def test_after_a_rebase_the_recent_questions_are_what_is_compared_with() -> None:
    state = DETECTOR.start(ASKED)
    for each in [*questions(200, 1), *questions(100, 2, NEW, first=200)]:
        state, _ = DETECTOR.observe(state, ASKED, each, 1.0)
    assert state.breached
    state = DETECTOR.rebase(state, ASKED)
    found = []
    for each in [*questions(400, 3, NEW, first=300), *questions(120, 4, USUAL, first=700)]:
        state, reading = DETECTOR.observe(state, ASKED, each, 1.0)
        found += [reading] if reading else []
    (gone,) = told(found)
    assert gone.since is not None
    assert gone.since >= at(700)


@pytest.mark.parametrize(("embedder", "told_of"), [("minilm", ["+question-drift"]), ("another", [])])
def test_another_embedder_is_a_known_cause_and_no_drift(embedder: str, told_of: list[str]) -> None:
    small = QuestionDrift(reference=60, window=30)
    watcher = Watcher(monitor(small, "question", "questions", name="question-drift"), source="questions")
    asked = [(each, "minilm") for each in questions(120, 1)]
    for each, under in [*asked, *((each, embedder) for each in questions(110, 2, NEW, first=120))]:
        signals = SignalsObserved(
            event_id=each.evidence.answer_id or "",
            tenant="acme",
            at=each.at,
            source="questions",
            labels={"embedder": under},
            vector=base64.b64encode(each.vector or b""),
            text=each.text,
        )
        watcher.take(signals)
    assert watcher.kinds() == told_of


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(-128, 127), min_size=1, max_size=40), st.text(max_size=40), st.integers(0, 1_000))
def test_whatever_the_vectors_and_the_texts_are_what_is_told_alternates_and_is_finite(
    components: list[int], text: str, seed: int
) -> None:
    chance = random.Random(seed)
    small = QuestionDrift(reference=50, window=30, alpha=0.4)
    seen = [
        Observation(at(place), vector=bytes(chance.choice(components) % 256 for _ in range(8)), text=text)
        for place in range(140)
    ]
    found = readings(seen, small, share=1.0)
    assert all(math.isfinite(each.value) for each in found)
    statuses = [each.status for each in told(found)]
    assert statuses == ["breached", "normal"] * (len(statuses) // 2) + ["breached"] * (len(statuses) % 2)
