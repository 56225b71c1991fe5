import pytest

from schemas.experiments import Arm, Metric
from schemas.questions import QuestionAsked
from streams.experiment_forecast import Traffic, TrafficCount, forecast, takes_in, units_needed
from tests.streams.experiment_samples import defined


def asked(number, user=None, tenant="default"):
    return QuestionAsked(query_id=f"q{number}", text="Why?", user_id=user, tenant=tenant)


def test_units_are_counted_once_and_only_those_that_can_take_part():
    count = TrafficCount(defined(tenants=("default", "acme")))
    for each in (asked(1, "u"), asked(1, "u"), asked(2, "u"), asked(3), asked(4, "u", "acme"), asked(5, "u", "beta")):
        count.add(each)
    assert count.total == Traffic(questions=5, eligible=3, units=2)


def test_an_experiment_of_a_tenant_takes_in_its_own_questions():
    assert [takes_in(defined(tenant="acme"), tenant) for tenant in ("acme", "default")] == [True, False]
    assert [takes_in(defined(tenants=("acme",)), tenant) for tenant in ("acme", "default")] == [True, False]
    assert takes_in(defined(), "acme")


def test_the_units_needed_are_those_of_two_means_and_what_looking_costs():
    """About 16 s²/d² for one look at alpha 5 % and power 80 %: s is 1, d 0.1. Looking costs half as much again."""
    assert units_needed(defined(minimum_effect=0.1)) == pytest.approx(1.5 * 1_570, rel=0.01)
    narrow = defined(minimum_effect=0.1, primary=Metric(name="abstained", low=0, high=1))
    assert units_needed(narrow) == pytest.approx(units_needed(defined(minimum_effect=0.1)) / 4, rel=0.01)
    assert units_needed(defined()) is None


def test_the_smallest_arm_says_how_long_it_takes():
    arms = (Arm(name="a", weight=3), Arm(name="b", weight=1))
    definition = defined(minimum_effect=0.5, layer_to=0.5, ramp=(0.1, 0.5)).model_copy(update={"arms": arms})
    told = forecast(definition, Traffic(1_000, 900, 200))
    needed = units_needed(definition)
    assert told["units_at_first"] == 10.0
    assert told["days_at_full_share_at_most"] == pytest.approx(needed / (200 * 0.5 * 0.5 * 0.25), abs=0.1)
    learning = definition.model_copy(update={"allocation": "thompson"})
    days = forecast(learning, Traffic(1_000, 900, 200))["days_at_full_share_at_most"]
    assert days == pytest.approx(2 * told["days_at_full_share_at_most"], abs=0.1), "half of the units is counted"


def test_without_traffic_or_effect_nobody_can_say():
    assert forecast(defined(minimum_effect=0.1), Traffic(0, 0, 0))["days_at_full_share_at_most"] is None
    assert forecast(defined(), Traffic(9, 9, 9))["days_at_full_share_at_most"] is None
