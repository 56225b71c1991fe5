from schemas.conditions import ConditionCleared, ConditionRaised
from schemas.event import derive_id
from schemas.monitors import Threshold
from tests.agents.monitors.worlds import Watcher, at, monitor

SLOW = monitor(Threshold(above=100.0, clear=80.0))


def test_a_condition_is_told_when_it_begins_and_when_it_ends_and_not_between() -> None:
    watcher = Watcher(SLOW)
    for second, value in enumerate([50, 150, 150, 90, 150, 70, 60]):
        watcher.see(second, latency_ms=value)
    assert watcher.kinds() == ["+mine", "-mine"]
    raised, cleared = watcher.told
    assert isinstance(raised, ConditionRaised)
    assert isinstance(cleared, ConditionCleared)
    assert raised.fingerprint == cleared.fingerprint == derive_id("alert", "acme", "mine", "latency_ms")
    assert (raised.since, raised.value, raised.threshold) == (at(1), 150.0, 100.0)
    assert raised.labels == {"monitor": "mine", "signal": "latency_ms", "source": "answers"}
    assert cleared.since == at(5)


def test_a_signal_with_a_star_is_watched_by_name() -> None:
    watcher = Watcher(monitor(Threshold(above=10.0), "lag.*", "operations"), source="operations")
    watcher.see(0, **{"lag.plan": 1, "lag.index": 20, "oldest_s.plan": 99})
    watcher.see(1, **{"lag.plan": 30, "lag.index": 20})
    watcher.see(2, **{"lag.plan": 30, "lag.index": 2})
    assert [each.labels["signal"] for each in watcher.told] == ["lag.index", "lag.plan", "lag.index"]
    assert watcher.kinds() == ["+mine", "+mine", "-mine"]


def test_only_so_many_names_are_watched_under_a_star() -> None:
    watcher = Watcher(monitor(Threshold(above=0.0), "x.*"))
    for number in range(100):
        watcher.see(number, **{f"x.{number}": 1.0})
    assert len(watcher.told) == 64


def test_only_observations_with_the_labels_that_are_asked_for_are_looked_at() -> None:
    watcher = Watcher(SLOW.model_copy(update={"where": {"language": "de"}}))
    watcher.see(0, {"language": "en"}, latency_ms=500)
    assert not watcher.told
    watcher.see(1, {"language": "de"}, latency_ms=500)
    assert watcher.told[0].labels["language"] == "de"


def test_no_number_that_is_none_is_looked_at_or_told() -> None:
    """FAILURES 70."""
    watcher = Watcher(SLOW)
    for value in (float("nan"), float("inf"), float("-inf")):
        watcher.see(0, latency_ms=value)
    assert not watcher.told
