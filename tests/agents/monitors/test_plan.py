import pytest

from agents.monitors.defaults import DEFAULTS
from agents.monitors.plan import key_of, plan_of
from agents.monitors.state import Definitions
from schemas.monitors import MeanChange, Threshold
from tests.agents.monitors.worlds import monitor


def test_a_definition_stands_in_for_the_default_of_its_name_and_may_switch_it_off() -> None:
    usual = plan_of("answers", Definitions())
    own = monitor(Threshold(above=1.0), name="abstain-rate")
    plan = plan_of("answers", Definitions.of([own]))
    assert plan.by_name.keys() == usual.by_name.keys()
    assert plan.by_name["abstain-rate"].definition == own
    assert plan.digest != usual.digest
    off = plan_of("answers", Definitions.of([own.model_copy(update={"disabled": True})]))
    assert usual.by_name.keys() - off.by_name.keys() == {"abstain-rate"}


def test_the_chance_of_a_false_alarm_is_shared_by_those_that_leave_something_to_chance() -> None:
    """FAILURES 69: one of many monitors is not to cry at the first lucky p-value."""
    few = plan_of("feedback", Definitions())
    more = [monitor(MeanChange(), "score", "feedback", name=f"m{number}") for number in range(9)]
    many = plan_of("feedback", Definitions.of(more))
    assert few.by_name["feedback-score"].share == 1.0
    assert many.by_name["feedback-score"].share == pytest.approx(0.1)
    assert plan_of("operations", Definitions()).by_name["role-lag"].share == 1.0


def test_what_is_watched_under_a_star_has_a_key_of_its_own() -> None:
    plan = plan_of("operations", Definitions())
    assert key_of(plan.by_name["role-lag"], "lag.plan") == "role-lag/lag.plan"
    assert key_of(plan.by_name["weaviate-away"], "up.weaviate") == "weaviate-away"


def test_a_version_changes_with_what_a_detector_depends_on_and_with_nothing_else() -> None:
    def version(**more: object) -> str:
        return plan_of("answers", Definitions.of([monitor(Threshold(above=1.0), **more)])).by_name["mine"].version

    assert version() == version(severity="critical", about="x", for_s=5)
    assert len({version(), version(where={"language": "de"}), version(signal="cost")}) == 3
    assert len({each.name for each in DEFAULTS}) == len(DEFAULTS)
