import pytest
from pydantic import ValidationError

from schemas.experiments import Arm, ExperimentDecided, ExperimentDefined, Metric, UnitScored

ARMS = (Arm(name="a"), Arm(name="b", overrides={"label": "candidate"}))


def test_a_definition_and_the_decision_about_it_have_slots_of_their_own():
    definition = ExperimentDefined(name="x", arms=ARMS)
    decision = ExperimentDecided(name="x", version=definition.version, decision="start")
    assert {definition.slot, decision.slot} == {"default/x#definition", "default/x#decision"}


def test_a_definitions_version_is_what_is_done_to_whom():
    one = ExperimentDefined(name="x", arms=ARMS, event_id="a", about="one")
    assert one.version == ExperimentDefined(name="x", arms=ARMS, event_id="b", about="two").version
    assert one.version != ExperimentDefined(name="x", arms=ARMS, alpha=0.1).version


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"arms": (ARMS[0], ARMS[0])}, "two arms have the same name"),
        ({"arms": ARMS[:1]}, "at least 2"),
        ({"layer_from": 0.5, "layer_to": 0.5}, "layer_from must be below layer_to"),
        ({"ramp": (0.5, 0.1)}, "the ramp must rise"),
    ],
)
def test_a_definition_that_makes_no_sense_says_why(fields, says):
    with pytest.raises(ValidationError, match=says):
        ExperimentDefined(**{"name": "x", "arms": ARMS, **fields})


def test_a_metric_needs_room_between_its_bounds():
    with pytest.raises(ValidationError, match="low must be below high"):
        Metric(low=1, high=1)


def test_units_of_another_tenant_are_counted_where_the_experiment_is():
    """What travels with its tenant and a slash belongs to that tenant's experiment."""
    unit = {"arm": "a", "unit": "u", "metric": "feedback", "value": 1.0}
    assert UnitScored(tenant="acme", experiment="default/x", **unit).slot == "default/x"
    assert UnitScored(tenant="acme", experiment="x", **unit).slot == "acme/x"
