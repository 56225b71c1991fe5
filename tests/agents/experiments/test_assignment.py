import os
import subprocess
import sys
from collections import Counter

import pytest

from agents.experiments.assignment import arm_of, assign, measured, position, unit_of, weights_measured
from schemas.experiments import Arm, ExperimentDecided, ExperimentDefined
from schemas.questions import QuestionAsked

A, B, C = Arm(name="a"), Arm(name="b"), Arm(name="c", weight=2 / 9)
UNITS = [f"user-{n}" for n in range(40_000)]


def experiment(name="x", arms=(A, B), **more):
    return ExperimentDefined(name=name, arms=arms, **{"ramp": (1.0,), **more})


def asked(**more):
    return QuestionAsked(**{"query_id": "q", "text": "Why?", "user_id": "u", **more})


def arms(definition, share=1.0, weights=None):
    return [arm_of(definition, unit, share, weights) for unit in UNITS]


def chi_square(counts, expected):
    return sum((counts[name] - share) ** 2 / share for name, share in expected.items())


def test_units_are_spread_as_the_weights_say():
    counts = Counter(arms(experiment(arms=(A, Arm(name="b", weight=3)))))
    assert chi_square(counts, {"a": 10_000, "b": 30_000}) < 10.83  # 0.001 of chi-square with one degree of freedom


def test_positions_are_uniform():
    counts = Counter(int(100 * position("salt", unit)) for unit in UNITS)
    assert chi_square(counts, dict.fromkeys(range(100), 400)) < 148.2  # 0.001 with 99 degrees of freedom


def test_a_new_arm_takes_its_share_and_moves_nobody_between_the_old_ones():
    """FAILURES 66: a third arm at ten percent."""
    before, after = arms(experiment()), arms(experiment(arms=(A, B, C)))
    moved = [new for old, new in zip(before, after, strict=True) if old != new]
    assert set(moved) == {"c"}
    assert 0.095 <= len(moved) / len(UNITS) <= 0.105


def test_another_weight_moves_units_one_way_only_and_the_order_of_arms_none():
    """FAILURES 66: 50/50 becomes 60/40, and the list is reordered."""
    before = arms(experiment())
    heavier = arms(experiment(arms=(Arm(name="a", weight=1.5), B)))
    moved = [(old, new) for old, new in zip(before, heavier, strict=True) if old != new]
    assert set(moved) == {("b", "a")}
    assert 0.095 <= len(moved) / len(UNITS) <= 0.105
    assert arms(experiment(arms=(B, A))) == before


def test_half_of_the_units_never_move_whatever_is_learnt_and_are_split_as_defined():
    learning = experiment(arms=(A, B, Arm(name="c")), allocation="thompson")
    counted = [measured(learning, unit) for unit in UNITS]
    assert 0.49 <= sum(counted) / len(UNITS) <= 0.51
    before, after = arms(learning), arms(learning, weights={"a": 0.05, "b": 0.9, "c": 0.05})
    moved = [is_counted for is_counted, old, new in zip(counted, before, after, strict=True) if old != new]
    assert len(moved) > 0.2 * len(UNITS)
    assert not any(moved)
    assert all(measured(experiment(), unit) for unit in UNITS[:99])


def test_an_arm_that_was_rolled_back_gets_no_unit_that_is_counted_either():
    learning = experiment(arms=(A, B, Arm(name="c", weight=2)), allocation="thompson")
    weights = {"a": 0.1, "b": 0.0, "c": 0.9}
    assert weights_measured(learning, weights) == {"a": 1, "b": 0, "c": 2}
    assert "b" not in arms(learning, weights=weights)


def test_ramping_up_only_adds_units():
    some, more = arms(experiment(), share=0.05), arms(experiment(), share=0.25)
    assert all(old in {"", new} for old, new in zip(some, more, strict=True))
    assert 0.045 <= sum(map(bool, some)) / len(UNITS) <= 0.055


def test_two_experiments_say_nothing_about_each_other():
    """FAILURES 66: the second experiment has the same split of other people."""
    both = Counter(zip(arms(experiment("x")), arms(experiment("y")), strict=True))
    assert chi_square(both, dict.fromkeys(both, 10_000)) < 16.27  # 0.001 with three degrees of freedom


def test_the_hash_seed_of_python_changes_nothing():
    """FAILURES 66: the same after a restart, on every worker."""
    module = "tests.agents.experiments.test_assignment"
    code = f"from {module} import *; print(','.join(arm_of(experiment(), u, 1.0) for u in UNITS[:99]))"
    said = {
        subprocess.check_output([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, text=True)
        for seed in ("0", "1")
    }
    assert said == {",".join(arms(experiment())[:99]) + "\n"}


@pytest.mark.parametrize("missing", [None, ""])
def test_nobody_known_is_not_assigned(missing):
    """FAILURES 66: an empty or missing user id is not one big user."""
    assert assign(asked(user_id=missing), [(experiment(), None)]) == {}
    assert unit_of(asked(session_id=missing), "session") is None


def test_the_unit_is_the_user_the_session_or_the_question():
    question = asked(session_id="s")
    assert [unit_of(question, unit) for unit in ("user", "session", "question")] == ["u", "s", "q"]


def test_an_experiment_begins_with_the_first_step_of_its_ramp_and_follows_what_was_decided():
    definition = experiment(ramp=(1e-9, 1.0))
    assert assign(asked(), [(definition, None)]) == {}
    decided = ExperimentDecided(name="x", version=definition.version, decision="ramp-up", share=1.0)
    assert assign(asked(), [(definition, decided)])["x"][1] == "u"
    outdated = decided.model_copy(update={"version": "another"})
    assert assign(asked(), [(definition, outdated)]) == {}


def test_what_is_stopped_or_for_other_tenants_takes_nobody():
    assert assign(asked(), [(experiment(stopped=True), None)]) == {}
    assert assign(asked(), [(experiment(tenants=("acme",)), None)]) == {}
    assert "x" in assign(asked(tenant="acme"), [(experiment(tenants=("acme",)), None)])


def test_experiments_of_one_layer_never_share_a_unit():
    left, right = experiment("left", layer_to=0.5), experiment("right", layer_from=0.5)
    both = list(zip(arms(left), arms(right), strict=True))
    assert all(bool(one) != bool(other) for one, other in both)
    claiming = [(experiment("x"), None), (experiment("y"), None)]
    assert set(assign(asked(), claiming)) == {"x"}
    assert set(assign(asked(), [claiming[0], (experiment("y", layer="other"), None)])) == {"x", "y"}


def test_weights_that_were_learnt_replace_the_configured_ones():
    assert set(arms(experiment(), weights={"a": 0.0, "b": 1.0})) == {"b"}
    assert set(arms(experiment(), weights={"a": 0.0, "b": 0.0})) == {""}
