import asyncio

from schemas.event import EPOCH
from schemas.monitors import Threshold
from streams import changelog, monitor_log
from streams.state import Stored
from streams.topics import TopicNames
from tests.agents.monitors.worlds import Watcher, monitor
from tests.streams.changelog_reader import reading


def test_how_a_tenant_stands_is_the_last_state_of_each_of_its_sources(monkeypatch):
    watcher = Watcher(monitor(Threshold(above=1.0)))
    watcher.see(0, latency_ms=2.0)
    stored = Stored(applied={}, state=watcher.state).model_dump_json().encode()

    records = (
        (b"acme/index", stored),
        (b"acme/answers", b"{}"),
        (b"acme/answers", stored),
        (b"other/answers", stored),
        (b"acme/index", None),
    )
    monkeypatch.setattr(changelog, "TopicReader", reading(*records))
    found = asyncio.run(monitor_log.read_watched("localhost:1", TopicNames(), "acme"))
    assert found == {"answers": watcher.state}
    assert found["answers"].at > EPOCH
