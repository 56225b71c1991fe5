import pytest

from agents.feedback.scoring import at_exposure, outcomes, units_exposed
from tests.agents.feedback.samples import exposure


@pytest.mark.parametrize(
    ("outcome", "metric"),
    [
        ("AnswerAbstained", "abstained"),
        ("QuestionBlocked", "blocked"),
        ("AnswerBlocked", "blocked"),
        ("AnswerFailed", "failed"),
    ],
)
def test_what_became_of_a_question_is_a_metric(outcome, metric):
    event = exposure(outcome=outcome)
    scores = {each.metric: each.score for each in at_exposure(event, event.read_from) if each.experiment == "x"}
    assert scores == {"exposed": 1, "abstained": 0, "blocked": 0, "failed": 0, "latency_ms": 120, "cost": 0} | {
        metric: 1
    }


def test_each_experiment_has_its_outcome_with_its_own_unit():
    event = exposure(assignment={"x": "b", "y": "a"}, units={"x": "ann", "y": "session-1"})
    found = {(e.experiment, e.arm, e.unit) for e in at_exposure(event, event.read_from)}
    assert found == {("x", "b", "ann"), ("y", "a", "session-1")}
    assert len({each.event_id for each in at_exposure(event, event.read_from)}) == 12


def test_an_answer_in_no_experiment_has_no_outcome_until_somebody_says_something():
    """Its own event has all the numbers: repeating them would be six records for each answer, read by nobody."""
    event = exposure(assignment={}, units={})
    assert not at_exposure(event, event.read_from)
    [said] = outcomes(event, "feedback", 1.0, caused_by=event, origin=event.read_from)
    assert (said.experiment, said.score) == ("", 1)


def test_only_experiments_that_assign_the_user_ask_for_the_users_past():
    event = exposure(assignment={"x": "b", "y": "a"}, units={"x": "ann", "y": "session-1"})
    told, *silent = units_exposed(event, event.read_from, scored=False)
    assert (told.unit, told.experiments, told.metric) == ("ann", ("x",), "feedback")
    assert [(each.experiment, each.score) for each in silent] == [("x", None), ("y", None)]
    assert units_exposed(event, event.read_from, scored=True) == [told]
    of_nobody = exposure(assignment={}, units={})
    assert units_exposed(of_nobody, of_nobody.read_from, scored=False) == []
