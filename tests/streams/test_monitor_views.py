from schemas.monitors import Threshold
from streams.monitor_views import rule, standing, status
from tests.agents.monitors.worlds import Watcher, monitor

SLOW = monitor(Threshold(above=100.0))


def test_a_rule_is_told_in_a_few_words():
    assert rule(SLOW) == "threshold above 100"


def test_how_a_monitor_stands_is_told_by_what_the_role_knows():
    watcher = Watcher(SLOW)
    assert watcher.state is not None
    assert status(SLOW, {"answers": watcher.state}) == "nothing seen"
    watcher.see(0, latency_ms=5)
    assert status(SLOW, {"answers": watcher.state}) == "watching"
    watcher.see(1, latency_ms=500)
    states = {"answers": watcher.state}
    assert status(SLOW, states) == "raised"
    assert status(SLOW.model_copy(update={"disabled": True}), states) == "off"
    (row,) = standing(SLOW, states)
    assert (row["signal"], row["raised"], row["summary"]) == ("latency_ms", True, "latency_ms is 500, above 100")
    assert row["numbers"] == {"breached": True}
    assert standing(SLOW, {}) == []
