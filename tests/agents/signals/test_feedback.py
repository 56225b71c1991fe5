from agents.signals import observe_outcome
from schemas.feedback import UnitExposed
from tests.agents.feedback.samples import outcome
from tests.agents.signals.samples import ABOUT


async def test_what_was_said_of_an_answer_is_told_once_however_many_experiments_it_was_part_of():
    [found] = await observe_outcome(outcome(0.5, experiment="", tenant="acme"))
    assert (found.source, found.tenant, found.values, found.labels) == (
        "feedback",
        "acme",
        {"score": 0.5},
        {"metric": "feedback"},
    )
    assert found.evidence.answer_id == "a"
    assert await observe_outcome(outcome(0.5, experiment="x")) == ()


async def test_a_vote_that_was_taken_back_shows_nothing():
    assert await observe_outcome(outcome(None, experiment="")) == ()


async def test_what_the_learn_role_tells_itself_of_units_shows_nothing():
    assert await observe_outcome(UnitExposed(**ABOUT, unit="ann", experiments=("x",), metric="feedback")) == ()
