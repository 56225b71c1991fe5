from agents.experiments.decide import Verdict
from agents.experiments.tally import Tally
from agents.experiments.telling import decided, reported, told_of_mismatch
from tests.agents.experiments.samples import NOON, definition, opened


def test_a_decision_has_its_evidence_and_what_people_are_told_says_whether_it_is_advice():
    verdict = Verdict("roll-back", "b is worse than a", share=0.0, arm="b", evidence={"difference": -0.2})
    decision, told = decided(Tally(decisions=3), definition(), verdict, opened(), in_force=False)
    assert (decision.evidence, decision.in_force, decision.at) == ({"difference": -0.2}, False, NOON)
    assert (told.severity, told.value, told.once) == ("critical", -0.2, True)
    assert (told.name, told.labels["experiment"], told.labels["arm"]) == ("experiment-roll-back", "x", "b")
    assert told.summary == "x: roll-back b, b is worse than a (advice)"


def test_nobody_is_told_of_a_start():
    assert (
        len(decided(Tally(), definition(), Verdict("start", "it was defined", share=0.01), opened(), in_force=True))
        == 1
    )


def test_ids_depend_on_the_state_alone():
    state = Tally(changes=7)
    assert reported(state, definition(), (), opened()) == reported(state, definition(), (), opened())
    again = reported(Tally(changes=8), definition(), (), opened())
    assert again.event_id != reported(state, definition(), (), opened()).event_id


def test_a_mismatch_says_how_the_units_are_split():
    state = Tally(sums={"exposed": {"b": {"units": 40}, "a": {"units": 1_060}}})
    assert "(a 1,060, b 40)" in told_of_mismatch(state, definition(), opened()).summary
