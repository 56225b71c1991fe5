from itertools import permutations

import pytest

from agents.alerting.causes import CAUSES, LONG, SLOW, explains, may_follow, order, outlasts
from agents.alerting.state import Open
from agents.monitors.defaults import DEFAULTS
from agents.monitors.telling import labels_of
from tests.agents.alerting.samples import raised


def held(name, when=0, who="", **labels):
    condition = raised(when, name, who=who, labels=labels)
    return Open(condition=condition, since=condition.since, seen_at=condition.at, keep_s=0)


def test_an_index_that_is_away_explains_what_waits_for_it_and_what_is_late():
    away = held("weaviate-away", signal="up.weaviate")
    for other in (
        held("partition-waits", 8, role="index", dependency="weaviate"),
        held("index-freshness", 40),
        held("answer-availability", 20),
        held("role-lag", 30, signal="lag.index"),
        held("partition-waits", -20, role="index"),
    ):
        assert explains(away, other)
        assert not explains(other, away)


def test_it_does_not_explain_what_waits_for_something_else_began_long_before_or_has_nothing_to_do_with_it():
    away = held("weaviate-away", signal="up.weaviate")
    assert not explains(away, held("partition-waits", 8, dependency="generator"))
    assert not explains(away, held("index-freshness", -31))
    assert not explains(away, held("question-drift", 8))
    assert not explains(away, held("weaviate-away", 8, who="other"))


def test_what_is_about_one_role_does_not_follow_from_what_is_about_another():
    blown = held("fuse-blown", role="index")
    assert explains(blown, held("role-lag", 8, signal="lag.index"))
    assert not explains(blown, held("role-lag", 8, signal="lag.learn"))
    assert explains(blown, held("index-freshness", 8))
    assert not explains(blown, held("answer-latency", 8))
    assert not explains(held("partition-waits", role="dispatch"), held("too-slow", 8, source="answers", signal="x"))
    assert explains(held("partition-waits", role="answer"), held("too-slow", 8, source="answers", signal="x"))


def test_a_role_that_is_down_is_one_alert_with_what_piles_up_for_it_and_what_is_missing_of_it():
    stuck = held("partition-stuck", signal="stuck.answer", source="operations")
    for other in (
        held("role-waits", 180, signal="oldest_s.answer", source="operations"),
        held("role-lag", 600, signal="lag.answer", source="operations"),
        held("answers-missing", 3_600, signal="failed", source="answers"),
    ):
        assert explains(stuck, other)
        assert not explains(other, stuck)
    assert not explains(stuck, held("role-waits", 180, signal="oldest_s.index", source="operations"))
    assert explains(held("partition-waits", role="answer"), stuck)


def test_of_partitions_that_wait_for_the_same_the_first_explains_the_others():
    first = held("partition-waits", 0, "a", dependency="generator")
    later = held("partition-waits", 3, "b", dependency="generator")
    assert explains(first, later)
    assert not explains(later, first)
    assert not explains(first, held("partition-waits", 3, "c", dependency="weaviate"))


def test_what_explains_a_cause_is_above_it_and_explains_all_that_it_explains():
    conditions = [held("fuse-blown"), held("partition-waits")]
    conditions += [held(each.name, **labels_of(each, each.signal)) for each in DEFAULTS]
    for one, two, three in permutations(conditions, 3):
        if outlasts(one.name, two) is not None and outlasts(two.name, three) is not None:
            assert outlasts(one.name, three) is not None, (one.name, two.name, three.name)
            assert order(one) < order(two)


@pytest.mark.parametrize(
    ("name", "can"),
    [("answer-latency", True), ("weaviate-away", False), ("experiment-ship", False), ("question-drift", False)],
)
def test_only_what_can_follow_from_something_waits_for_a_cause(name, can):
    assert may_follow(held(name)) is can


def test_a_queue_and_a_slow_window_may_outlast_what_they_followed_from():
    assert outlasts("weaviate-away", held("role-lag")) == LONG
    assert outlasts("weaviate-away", held("answer-availability-slow")) == SLOW
    assert outlasts("index-freshness", held("role-lag")) is None


def test_a_monitor_of_ones_own_follows_by_what_it_watches():
    assert explains(held("weaviate-away"), held("too-slow", 5, source="answers", signal="latency_ms"))
    assert not explains(held("weaviate-away"), held("too-slow", 5, source="questions", signal="latency_ms"))


def test_the_causes_that_monitors_find_are_among_the_monitors_that_run_by_default():
    assert set(CAUSES) - {"fuse-blown", "partition-waits"} <= {each.name for each in DEFAULTS}
