from agents.monitors.state import Watched
from agents.monitors.ticking import due_tick
from schemas.monitors import NoData, Threshold, WatchTicked
from tests.agents.monitors.worlds import Watcher, at, monitor


def test_a_timer_ticks_only_where_time_changes_something() -> None:
    watcher = Watcher(monitor(NoData(after_s=60.0, minimum=2)))
    for second in range(3):
        watcher.see(second, latency_ms=1.0)
    assert watcher.state is not None
    assert due_tick("acme/answers", watcher.state, at(60)) == ()
    (tick,) = due_tick("acme/answers", watcher.state, at(63))
    assert isinstance(tick, WatchTicked)
    assert (tick.tenant, tick.slot, tick.at) == ("acme", "acme/answers", at(63))
    watcher.take(tick)
    assert watcher.kinds() == ["+mine"]
    assert due_tick("acme/answers", watcher.state, at(10_000)) == ()
    watcher.see(10_001, latency_ms=1.0)
    assert watcher.kinds() == ["+mine", "-mine"]


def test_a_tick_for_what_nobody_knows_is_none() -> None:
    watcher = Watcher()
    assert watcher.tick(5) == []
    assert watcher.state is None
    assert due_tick("acme/answers", Watched(), at(0)) == ()


def test_silence_is_no_news_to_a_threshold() -> None:
    watcher = Watcher(monitor(Threshold(above=1.0)))
    watcher.see(0, latency_ms=2.0)
    assert watcher.state is not None
    assert due_tick("acme/answers", watcher.state, at(1e6)) == ()
