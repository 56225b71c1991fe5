import pytest
from pydantic import ValidationError

from schemas.feedback import FeedbackGiven, OutcomeScored


def test_an_answer_and_a_score_are_feedback():
    assert FeedbackGiven.model_validate_json('{"answer_id": "a", "score": 1}').kind == "thumb"


@pytest.mark.parametrize("score", ["2", "-1.5", "NaN", '"good"'])
def test_a_score_beyond_its_range_is_refused(score):
    with pytest.raises(ValidationError):
        FeedbackGiven.model_validate_json(f'{{"answer_id": "a", "score": {score}}}')


def test_outcomes_of_one_unit_share_a_key_and_those_of_no_experiment_are_spread():
    about = {"answer_id": "a", "metric": "feedback", "score": 1}
    assert OutcomeScored(**about, experiment="x", unit="u").slot == "default/x/u"
    assert OutcomeScored(**about).slot == "default//a"
