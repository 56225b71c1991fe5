import pytest

from agents.monitors.state import MAX_BASELINES, MAX_DEFINED
from schemas.failures import ImplausibleError
from schemas.monitors import BaselineSet, MonitorOpened, NoData, Threshold
from tests.agents.monitors.worlds import NOON, Watcher, at, monitor

SLOW = monitor(Threshold(above=100.0))


def baseline(action: str, name: str = "may", of: str = "mine") -> BaselineSet:
    return BaselineSet.model_validate({"tenant": "acme", "monitor": of, "baseline": name, "action": action})


def test_a_definition_again_changes_nothing_and_an_old_one_that_comes_again_does_not_win() -> None:
    watcher = Watcher()
    old = MonitorOpened(event_id="1", tenant="acme", at=NOON, source="answers", definition=SLOW)
    new = MonitorOpened(
        event_id="2",
        tenant="acme",
        at=NOON,
        source="answers",
        definition=SLOW.model_copy(update={"detector": Threshold(above=500.0)}),
    )
    for event in (old, new, old):
        watcher.take(event)
    watcher.see(0, latency_ms=200)
    assert not watcher.told


def test_one_that_is_watched_otherwise_or_no_longer_is_over() -> None:
    watcher = Watcher(SLOW)
    watcher.see(0, latency_ms=200)
    watcher.open(definition=SLOW.model_copy(update={"detector": Threshold(above=150.0)}))
    watcher.see(1, latency_ms=200)
    watcher.open(definition=SLOW.model_copy(update={"disabled": True}))
    watcher.see(2, latency_ms=200)
    assert watcher.kinds() == ["+mine", "-mine", "+mine", "-mine"]
    assert [each.summary for each in watcher.told if each.type == "ConditionCleared"] == [
        "latency_ms is watched otherwise from now on",
        "latency_ms is no longer watched",
    ]


def test_one_that_moves_to_another_source_lets_go_here() -> None:
    watcher = Watcher(SLOW)
    watcher.see(0, latency_ms=200)
    watcher.open(definition=SLOW.model_copy(update={"source": "index"}))
    assert watcher.kinds() == ["+mine", "-mine"]
    assert watcher.state is not None
    assert not watcher.state.definitions.monitors


def test_one_that_is_only_worse_than_it_was_is_told_again_and_forgets_nothing() -> None:
    watcher = Watcher(SLOW)
    watcher.see(0, latency_ms=200)
    watcher.open(definition=SLOW.model_copy(update={"severity": "critical"}))
    first, second = watcher.told
    assert (first.severity, second.severity) == ("warning", "critical")
    assert (first.fingerprint, first.since) == (second.fingerprint, second.since)
    assert first.event_id != second.event_id


def test_no_more_are_watched_than_there_is_room_for() -> None:
    watcher = Watcher(*(monitor(Threshold(above=1.0), name=f"m{number}") for number in range(MAX_DEFINED)))
    with pytest.raises(ImplausibleError, match="64 monitors of answers already"):
        watcher.open(definition=SLOW)
    watcher.open(definition=monitor(Threshold(above=2.0), name="m3"))


def test_a_definition_for_another_source_makes_no_state_here() -> None:
    watcher = Watcher()
    watcher.open(definition=monitor(Threshold(above=1.0), source="index"))
    watcher.open(baseline=baseline("take"))
    assert watcher.state is None


def test_a_baseline_is_kept_and_gone_back_to() -> None:
    watcher = Watcher(monitor(NoData(after_s=60.0, minimum=2)))
    watcher.see(0, latency_ms=1.0)
    watcher.see(1, latency_ms=1.0)
    assert watcher.state is not None
    kept = watcher.state.detectors["mine"]
    watcher.open(baseline=baseline("keep"))
    watcher.see(2, latency_ms=1.0)
    watcher.tick(100)
    watcher.open(baseline=baseline("restore"))
    assert watcher.state.detectors["mine"] == kept
    assert watcher.kinds() == ["+mine", "-mine"]
    assert watcher.told[-1].summary == "latency_ms is compared with the baseline may from now on"


def test_one_that_was_not_kept_or_is_of_another_definition_cannot_be_gone_back_to() -> None:
    watcher = Watcher(SLOW)
    watcher.see(0, latency_ms=1.0)
    with pytest.raises(ImplausibleError, match="no baseline may of the monitor mine"):
        watcher.open(baseline=baseline("restore"))
    watcher.open(baseline=baseline("keep"))
    watcher.open(definition=SLOW.model_copy(update={"detector": Threshold(above=1.0)}))
    with pytest.raises(ImplausibleError, match="as it is now was kept"):
        watcher.open(baseline=baseline("restore"))


def test_only_so_many_are_kept() -> None:
    watcher = Watcher(SLOW)
    watcher.see(0, latency_ms=1.0)
    for number in range(20):
        watcher.open(baseline=baseline("keep", f"b{number}"))
    assert watcher.state is not None
    assert [each.baseline for each in watcher.state.baselines] == [f"b{n}" for n in range(20 - MAX_BASELINES, 20)]


def test_what_came_lately_can_be_taken_as_the_baseline() -> None:
    watcher = Watcher(monitor(NoData(after_s=10.0, minimum=2, gaps=2.0)))
    for second in (0, 1, 5_000):
        watcher.see(second, latency_ms=1.0)
    watcher.open(baseline=baseline("take"))
    watcher.tick(5_100)
    assert watcher.kinds() == ["+mine"]
    assert watcher.told[0].since == at(5_000)


def test_what_is_still_silent_after_a_new_baseline_is_told_again() -> None:
    watcher = Watcher(monitor(NoData(after_s=10.0, minimum=2)))
    for second in (0, 5):
        watcher.see(second, latency_ms=1.0)
    watcher.tick(100)
    watcher.open(baseline=baseline("take"))
    watcher.tick(110)
    assert watcher.kinds() == ["+mine", "-mine", "+mine"]


def test_a_monitor_that_compares_with_nothing_goes_on_whatever_the_baseline() -> None:
    watcher = Watcher(SLOW)
    watcher.see(0, latency_ms=200)
    watcher.open(baseline=baseline("take"))
    assert watcher.kinds() == ["+mine"]


def test_a_baseline_that_was_kept_while_its_monitor_had_raised_hides_nothing() -> None:
    watcher = Watcher(SLOW)
    watcher.see(0, latency_ms=200)
    watcher.open(baseline=baseline("keep"))
    watcher.open(baseline=baseline("restore"))
    watcher.see(1, latency_ms=200)
    assert watcher.kinds() == ["+mine", "-mine", "+mine"]
