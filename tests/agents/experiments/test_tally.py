"""Units in, reports and decisions out; nothing counts twice, and the same events give the same decisions."""

import json

import pytest

from agents.experiments import tally as module
from agents.experiments.assignment import measured
from agents.experiments.tally import Tally, tally
from schemas.conditions import ConditionRaised
from schemas.experiments import Arm, ExperimentDecided, ExperimentReported
from schemas.failures import ImplausibleError
from tests.agents.experiments.samples import HARM, definition, fold, opened, traffic, unit, with_pasts


def decisions(told):
    return [(each.decision, each.arm, each.share) for each in told if isinstance(each, ExperimentDecided)]


def last_report(told):
    return [each for each in told if isinstance(each, ExperimentReported)][-1]


def test_an_experiment_starts_at_the_first_step_of_its_ramp_and_goes_up_by_units_seen():
    _, told = fold(tally, [opened(), *traffic(650, {"a": 0.5, "b": 0.5})])
    assert decisions(told)[:3] == [("start", "", 0.01), ("ramp-up", "", 0.05), ("ramp-up", "", 0.1)]
    assert last_report(told).share == 0.25
    assert last_report(told).exposures["a"] > 310


def test_with_advice_only_it_is_at_the_first_step_whatever_was_in_force_before():
    state, _ = fold(tally, [opened(), *traffic(650, {"a": 0.5, "b": 0.5})])
    _, told = tally(state, opened(definition(mode="advisory", ramp=(0.02, 1.0))))
    assert decisions(told)[0] == ("start", "", 0.02)
    assert last_report(told).share == 0.02


def test_an_arm_that_is_better_is_shipped_with_its_evidence_and_people_are_told():
    state, told = fold(tally, [opened(), *traffic(2_000, {"a": 0.3, "b": 0.6})])
    shipped = next(each for each in told if isinstance(each, ExperimentDecided) and each.decision == "ship")
    assert (shipped.arm, shipped.weights, shipped.in_force) == ("b", {"a": 0, "b": 1}, True)
    assert shipped.overrides == {"label": "candidate"}
    assert shipped.evidence["low"] > 0
    assert state.status == last_report(told).status == "shipped"
    assert [each.name for each in told if isinstance(each, ConditionRaised)][-1] == "experiment-ship"
    assert decisions(told)[-1][0] == "ship", "nothing is decided after it"


def test_an_arm_that_is_worse_is_rolled_back_and_nobody_gets_it():
    state, told = fold(tally, [opened(definition(minimum_effect=0)), *traffic(2_000, {"a": 0.6, "b": 0.3})])
    assert decisions(told)[-1] == ("roll-back", "b", 0)
    assert (state.status, state.weights["b"]) == ("rolled-back", 0)


def test_a_guardrail_metric_that_is_harmed_rolls_back_what_may_be_better_otherwise():
    events = traffic(3_000, {"a": 0.05, "b": 0.4}, metric="abstained")
    _, told = fold(tally, [opened(definition(guardrails=(HARM,))), *events])
    assert decisions(told)[-1][:2] == ("roll-back", "b")
    assert "worse than a in abstained, by more than 0.02" in last_report(told).decision


def test_an_arm_that_answers_nothing_at_all_is_rolled_back_within_a_hundred_units():
    events = traffic(150, {"a": 0.0, "b": 1.0}, metric="abstained")
    _, told = fold(tally, [opened(definition(guardrails=(HARM,))), *events])
    assert decisions(told)[-1][:2] == ("roll-back", "b")


def test_of_three_arms_the_harmful_one_goes_and_the_others_go_on():
    arms = (Arm(name="a"), Arm(name="b"), Arm(name="c"))
    rates = {"a": 0.5, "b": 0.5, "c": 0.1}
    state, told = fold(tally, [opened(definition(arms=arms)), *traffic(900, rates, arms="abc")])
    assert ("roll-back", "c") in [each[:2] for each in decisions(told)]
    assert (state.status, state.weights) == ("running", {"c": 0})
    assert state.trusted


def test_where_weights_follow_what_was_learnt_only_units_that_keep_theirs_are_counted():
    """Who is left in an arm that shrinks, and who comes to it late, depend on how it did."""
    learning = definition(allocation="thompson", ramp=(1.0,), minimum_effect=0.3)
    events = traffic(800, {"a": 0.4, "b": 0.5})
    counted = [each for each in events if measured(learning, each.unit)]
    state, told = fold(tally, [opened(learning), *events])
    learnt = [each.weights for each in told if isinstance(each, ExperimentDecided) and each.weights]
    assert learnt[-1]["b"] > 0.6
    assert state.trusted, "those that are counted are split as defined"
    assert sum(state.exposures.values()) == sum(each.metric == "exposed" for each in counted)


def test_advice_is_given_once_and_changes_nothing():
    state, told = fold(tally, [opened(definition(mode="advisory")), *traffic(2_000, {"a": 0.3, "b": 0.6})])
    found = [each for each in told if isinstance(each, ExperimentDecided)]
    assert [each.decision for each in found] == ["start", "ship", "ramp-up"]
    assert not any(each.in_force for each in found)
    assert (state.status, state.share, state.weights) == ("running", 0.01, {})


def test_a_wrong_split_is_told_and_then_nothing_is_decided():
    events = [each for n, each in enumerate(traffic(1_500, {"a": 0.5, "b": 0.5})) if n % 4 < 2 or n % 8 < 4]
    _, told = fold(tally, [opened(definition(ramp=(1.0,))), *events])
    assert "experiment-sample-ratio-mismatch" in [each.name for each in told if isinstance(each, ConditionRaised)]
    assert not last_report(told).trusted
    assert last_report(told).srm_p_value < 0.001


def test_units_that_come_back_to_another_arm_after_weights_changed_are_no_wrong_split():
    """They count for neither arm from then on; how new units are split is what is tested."""
    half = definition(mode="advisory", ramp=(1.0,), minimum_effect=1)
    quarter = half.model_copy(update={"arms": (Arm(name="a", weight=1), Arm(name="b", weight=3))})
    before, new = traffic(2_000, {"a": 0.5, "b": 0.5}), traffic(800, {"a": 0.5, "b": 0.5}, arms="abbb", start=9_000)
    moved = [
        unit(n, "a", None, "exposed", previous=1.0, offset=5_000 + n)
        for n, each in enumerate(each for each in before if (each.metric, each.arm) == ("exposed", "a"))
        if n % 2
    ]
    state, told = fold(tally, [opened(half), *before, opened(quarter), *moved, *new])
    assert state.trusted
    assert not [each for each in told if isinstance(each, ConditionRaised) and "mismatch" in each.name]
    assert state.exposures == {"a": 700, "b": 1_600}


def test_an_experiment_ends_with_its_units_and_when_no_arm_can_be_better_any_more():
    _, told = fold(tally, [opened(definition(maximum_units=400)), *traffic(600, {"a": 0.5, "b": 0.5})])
    assert decisions(told)[-1][0] == "stop"
    _, told = fold(tally, [opened(definition(minimum_effect=0.4)), *traffic(3_000, {"a": 0.5, "b": 0.5})])
    assert "no arm can be better in feedback by 0.4" in last_report(told).decision


def test_a_stopped_definition_stops_it_and_what_comes_later_is_still_counted():
    events = traffic(200, {"a": 0.5, "b": 0.5})
    state, told = fold(tally, [opened(), *events[:300], opened(definition(stopped=True)), *events[300:]])
    assert decisions(told)[-1] == ("stop", "", 0)
    assert (state.status, state.exposures) == ("stopped", {"a": 100, "b": 100})


def test_what_is_told_twice_counts_once():
    """A crash between sending and storing sends again; FAILURES 63: sample sizes are not inflated."""
    events = traffic(100, {"a": 0.5, "b": 0.5})
    once, _ = fold(tally, [opened(), *events])
    twice, _ = fold(tally, [opened(), *events[:150], *events[100:150], opened(), *events[150:], *events[-20:]])
    assert twice == once


def test_definitions_that_are_told_again_after_a_crash_do_not_begin_it_anew():
    """The one before comes again, too, and is not what holds."""
    first, second = opened(), opened(definition(minimum_effect=0))
    state, _ = fold(tally, [first, second, *traffic(2_000, {"a": 0.6, "b": 0.3})])
    assert state.status == "rolled-back"
    again, told = fold(tally, [first, second], state)
    assert (again, told) == (state, [])


def test_the_same_events_give_the_same_decisions_under_the_same_ids():
    events = [opened(), *traffic(1_000, {"a": 0.3, "b": 0.6})]
    state, told = fold(tally, events)
    half, first = fold(tally, events[:700])
    resumed, second = fold(tally, events[700:], Tally.model_validate_json(half.model_dump_json()))
    assert resumed == state
    assert [*first, *second] == told
    assert len({each.event_id for each in told}) == len(told)


def test_a_vote_that_changes_replaces_what_was_counted():
    first = [unit(0, "a", 1.0), unit(1, "a", 0.0), unit(2, "a", 0.0, previous=1.0), unit(3, "a", None, previous=0.0)]
    state, _ = fold(tally, [opened(), *first])
    assert (state.sums["feedback"]["a"].units, state.sums["feedback"]["a"].mean) == (1, 0)


def test_a_past_that_comes_after_its_value_counts_as_if_it_had_come_before():
    first = [unit(0, "a", 1.0, past=0.5), unit(1, "a", 0.0, past=0.5, previous=1.0, previous_past=0.5)]
    last = [unit(0, "a", 1.0), unit(1, "a", 1.0, past=0.5, previous=1.0), *first[1:]]
    last[-1] = unit(2, "a", 0.0, past=0.5, previous=1.0, previous_past=0.5)
    sums = [fold(tally, [opened(), *events])[0].sums["feedback"]["a"] for events in (first, last)]
    assert sums[0] == sums[1]
    assert (sums[0].past.units, sums[0].past.before) == (1, 0.5)


def test_what_pasts_explain_is_taken_off_and_told_and_fewer_units_decide():
    events = with_pasts(400, 0.9, 0.04)
    plain, adjusted = (
        last_report(fold(tally, [opened(definition(adjust=adjust, mode="advisory")), *events])[1])
        for adjust in ("none", "past")
    )
    before, after = plain.estimates[1], adjusted.estimates[1]
    assert (before.variance_removed, before.with_past) == (0, after.with_past) != (0, 0)
    assert 0.7 < after.variance_removed < 0.9
    assert after.low > 0 > before.low
    assert after.mean == before.mean, "as it was seen"


def test_a_state_of_before_there_were_pasts_goes_on():
    state, _ = fold(tally, [opened(), *traffic(100, {"a": 0.5, "b": 0.5})])
    old = json.loads(state.model_dump_json())
    del old["definition"]["adjust"]
    for by_arm in old["sums"].values():
        for sums in by_arm.values():
            del sums["past"]
    assert Tally.model_validate(old) == state


def test_units_that_come_before_the_definition_wait_for_it_in_bounded_number(monkeypatch):
    monkeypatch.setattr(module, "MAX_EARLY", 10)
    events = traffic(5, {"a": 0.5, "b": 0.5})
    early, _ = fold(tally, [*events, opened()])
    late, _ = fold(tally, [opened(), *events])
    assert early.sums == late.sums
    state, _ = fold(tally, events)
    with pytest.raises(ImplausibleError, match="not defined"):
        tally(state, unit(99, "a", 1.0))


def test_the_state_does_not_grow_with_units():
    small, _ = fold(tally, [opened(), *traffic(500, {"a": 0.5, "b": 0.5})])
    large, _ = fold(tally, [opened(), *traffic(4_000, {"a": 0.5, "b": 0.5})])
    assert len(large.model_dump_json()) < len(small.model_dump_json()) + 500


def test_reports_become_rarer_as_units_grow():
    _, told = fold(tally, [opened(), *traffic(2_000, {"a": 0.5, "b": 0.5})])
    assert 100 < sum(isinstance(each, ExperimentReported) for each in told) < 400
