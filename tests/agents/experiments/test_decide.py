import pytest

from agents.experiments.confidence_sequence import Sums
from agents.experiments.decide import Standing, better, verdicts, worse
from agents.experiments.estimates import comparisons, estimates
from schemas.experiments import Arm, Estimate, Metric
from tests.agents.experiments.samples import definition


def standing(sums=None, exposures=None, defined=None, **fields):
    defined = defined or definition()
    sums = sums or {}
    fields = {"stage": 0, "stage_from": {}, "weights": {}, "primary": sums.get("feedback", {})} | fields
    return Standing(defined, estimates(defined, sums, comparisons(defined, sums), {}), exposures or {}, **fields)


def found(at):
    return [each.decision for each in verdicts(at)]


@pytest.mark.parametrize(
    ("low", "high", "is_worse", "is_better"), [(-3, -1, True, False), (1, 3, False, True), (-1, 1, False, False)]
)
def test_what_is_certain_lies_wholly_on_one_side(low, high, is_worse, is_better):
    estimate = Estimate(arm="b", metric="m", units=9, low=low, high=high)
    turned = Estimate(arm="b", metric="m", units=9, low=-high, high=-low)
    assert (worse(Metric(), estimate, 0.5), better(Metric(), estimate)) == (is_worse, is_better)
    lower = Metric(better="lower")
    assert (worse(lower, turned, 0.5), better(lower, turned)) == (is_worse, is_better)


def test_nothing_follows_from_nothing():
    assert found(standing()) == []


def test_harm_comes_first_and_a_ramp_up_last():
    sums = {"feedback": {"a": Sums(500, 300, 300), "b": Sums(500, 100, 100)}}
    assert found(standing(sums, {"a": 500, "b": 500})) == ["roll-back", "stop", "ramp-up"]


def test_units_are_counted_from_the_beginning_of_the_step():
    seen = {"a": 150, "b": 130}
    assert found(standing(exposures=seen, stage=1)) == ["ramp-up"]
    assert found(standing(exposures=seen, stage=1, stage_from={"a": 60, "b": 60})) == []
    assert found(standing(exposures=seen, stage=5)) == []


def test_allocation_by_what_was_learnt_keeps_every_arm_alive():
    sums = {"feedback": {"a": Sums(100, 40, 40), "b": Sums(100, 55, 55)}}
    defined = definition(allocation="thompson", ramp=(1.0,))
    [verdict] = verdicts(standing(sums, {"a": 100, "b": 100}, defined))
    assert verdict.decision == "ramp-up"
    assert verdict.weights["b"] > 0.9
    assert verdict.weights["a"] >= 0.05


@pytest.mark.parametrize(
    ("overrides", "tenants", "share"),
    [
        ({"label": "candidate"}, (), 0),
        ({"label": "candidate", "prompt": "answer"}, ("default",), 0),
        ({"label": "candidate", "top_k": 3}, (), 1),
        ({"label": "candidate"}, ("acme",), 1),
        ({"top_k": 3}, (), 1),
    ],
)
def test_who_wins_by_a_label_alone_is_served_by_production_from_then_on(overrides, tenants, share):
    """An experiment that went on would give everybody the label, whatever production was rolled back to."""
    sums = {"feedback": {"a": Sums(500, 100, 100), "b": Sums(500, 300, 300)}}
    arms = (Arm(name="a"), Arm(name="b", overrides=overrides))
    verdict = next(verdicts(standing(sums, defined=definition(arms=arms, tenants=tenants))))
    assert (verdict.decision, verdict.status, verdict.share) == ("ship", "shipped", share)


def test_an_effect_too_small_to_be_worth_it_is_not_shipped():
    sums = {"feedback": {"a": Sums(20_000, 10_000, 10_000), "b": Sums(20_000, 10_800, 10_800)}}
    assert "ship" not in found(standing(sums))
    assert "ship" in found(standing(sums, defined=definition(minimum_effect=0.03)))
