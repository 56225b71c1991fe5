from dataclasses import replace

import pytest

from agents.monitors import DETECTORS, describe
from agents.monitors.detecting import Observation
from schemas.event import Value
from schemas.monitors import BurnRate, CategoryShift, Coverage, MeanChange, NoData, QuestionDrift, Rate, Threshold
from tests.agents.monitors.question_worlds import questions
from tests.agents.monitors.worlds import at

SEEN = [Observation(at(number), float(number % 4 == 0), "abc"[number % 3]) for number in range(60)]


def described(asked: Value) -> dict[str, object]:
    kind = asked.model_dump()["kind"]
    state = DETECTORS[kind].start(asked)
    assert all(value == value for value in describe(state, asked).values()), "nothing seen, and no NaN"  # noqa: PLR0124
    for seen in SEEN:
        state, _ = DETECTORS[kind].observe(state, asked, seen, 1.0)
    return dict(describe(state, asked))


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        (
            BurnRate(objective=0.75),
            {
                "bad in 60 min": "15 of 60",
                "bad in 5 min": "15 of 60",
                "burn rate": 1.0,
                "burn rate, short window": 1.0,
                "too fast above": 14.4,
            },
        ),
        (Rate(above=100), {"in the window": 15.0}),
        (NoData(), {"last came": "2026-06-01T12:00:59+00:00", "longest silence": "0 s", "silent": False}),
        (MeanChange(), {"observations": 60, "mean": 0.25, "changed": False}),
        (MeanChange(scale="log", low=1.0, high=9.0), {"observations": 60, "mean": 1.0, "changed": False}),
        (CategoryShift(), {"reference": "a 34.0%, b 34.0%, c 32.0%", "lately": "c 40.0%, a 30.0%, b 30.0%"}),
        (Threshold(above=5), {"breached": False}),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_state_is_told_in_the_few_numbers_that_a_person_asks_for(asked: Value, numbers: dict[str, object]) -> None:
    assert described(asked) == numbers


def test_of_questions_it_is_told_how_many_have_nothing_near_and_how_far_they_are_from_earlier_ones() -> None:
    coverage, drift = Coverage(window=50), QuestionDrift(window=30, reference=50)
    uncovered, asked = DETECTORS["coverage"].start(coverage), DETECTORS["question-drift"].start(drift)
    assert describe(asked, drift) == {"questions": 0, "breached": False}
    for number, each in enumerate(questions(90, 1)):
        seen = replace(each, values={"top_similarity": 0.1 if number % 9 == 0 else 0.9})
        uncovered, _ = DETECTORS["coverage"].observe(uncovered, coverage, seen, 1.0)
        asked, _ = DETECTORS["question-drift"].observe(asked, drift, seen, 1.0)
    assert describe(uncovered, coverage) == {"questions": 90, "not covered": "5 of 50", "breached": False}
    told = describe(asked, drift)
    assert (told["questions"], told["breached"]) == (90, False)
    assert abs(float(told["effect"])) < 0.05
