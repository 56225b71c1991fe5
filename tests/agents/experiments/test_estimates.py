import pytest

from agents.experiments.confidence_sequence import Past, Sums
from agents.experiments.estimates import comparisons, contrasts_of, estimates, used_of, with_evidence, within
from schemas.experiments import Arm, Metric
from tests.agents.experiments.samples import HARM, definition

THREE = definition(arms=(Arm(name="a"), Arm(name="b"), Arm(name="c")), guardrails=(HARM, Metric(name="cost", low=0)))


def estimated(defined, sums, evidence):
    return estimates(defined, sums, comparisons(defined, sums), evidence)


def test_each_family_of_tests_shares_alpha_evenly():
    found = [(test.name, test.alpha, test.tests) for test in contrasts_of(THREE)]
    assert found[:2] == [("feedback/b", 0.025, 2), ("feedback/c", 0.025, 2)]
    assert found[2:] == [(f"{m}/{arm}", 0.0125, 4) for m in ("abstained", "cost") for arm in "bc"]


def test_of_what_is_not_known_yet_the_interval_is_all_there_is():
    control, arm = estimated(definition(), {}, {})
    assert (control.low, control.high, arm.low, arm.high, arm.p_value) == (0, 0, -1, 1, 1)


def test_an_always_valid_p_value_never_rises_again():
    far = {"feedback": {"a": Sums(500, 100, 100), "b": Sums(500, 300, 300)}}
    near = {"feedback": {"a": Sums(600, 200, 200), "b": Sums(600, 200, 200)}}
    evidence = with_evidence(comparisons(THREE, far), {})
    assert with_evidence(comparisons(THREE, near), evidence)["feedback/b"] == evidence["feedback/b"] > 10
    assert next(each for each in estimated(THREE, near, evidence) if each.arm == "b").p_value < 0.001


def test_beliefs_stand_beside_the_tests():
    found = estimated(definition(), {"feedback": {"a": Sums(500, 100, 100), "b": Sums(500, 300, 300)}}, {})
    assert found[1].probability_best > 0.99
    assert found[1].low > 0
    assert sum(each.probability_best for each in found) == pytest.approx(1)


def test_a_value_beyond_the_bounds_counts_as_the_bound_where_the_metric_is_asked_for():
    assert (within(THREE, "abstained", 3.0), within(THREE, "latency_ms", 3.0), within(THREE, "cost", None)) == (
        1,
        3,
        None,
    )


def test_nothing_is_adjusted_where_the_definition_wants_none_of_that_and_means_stay_as_seen():
    past = Past(units=500, total=250, before=250, squares=200, products=150)
    sums = {"feedback": {"a": Sums(500, 250, 200, past), "b": Sums(500, 260, 210, past)}}
    plain, less = (estimated(definition(adjust=adjust), sums, {})[1] for adjust in ("none", "past"))
    assert (plain.variance_removed, plain.mean, less.mean) == (0, 0.52, 0.52)
    assert less.variance_removed > 0
    assert used_of(definition(adjust="none"), sums, definition().primary)["a"] == sums["feedback"]["a"]
