import asyncio

from agents.monitors.opening import open_monitors
from schemas.conditions import SilenceOpened
from schemas.monitors import SOURCES, BaselineSet, MonitorOpened, Threshold
from schemas.operations import AlertSilenced
from tests.agents.monitors.worlds import at, monitor


def test_a_definition_goes_to_every_source_of_its_tenant_under_ids_that_stay() -> None:
    definition = monitor(Threshold(above=1.0)).model_copy(update={"event_id": "d1"})
    opened = asyncio.run(open_monitors(definition))
    assert [(each.source, each.slot) for each in opened if isinstance(each, MonitorOpened)] == [
        (source, f"acme/{source}") for source in SOURCES
    ]
    assert all(each.definition == definition and each.baseline is None for each in opened)  # type: ignore[attr-defined]
    assert len({each.event_id for each in opened}) == len(SOURCES)
    assert asyncio.run(open_monitors(definition)) == opened


def test_a_baseline_does_too() -> None:
    baseline = BaselineSet(event_id="b1", tenant="acme", at=at(0), monitor="mine")
    opened = asyncio.run(open_monitors(baseline))
    assert {each.source for each in opened if isinstance(each, MonitorOpened) and each.baseline == baseline} == {
        *SOURCES
    }


def test_a_silence_goes_to_those_who_alert() -> None:
    silence = AlertSilenced(event_id="s1", tenant="acme", at=at(0), silence="night", match=("name=x",), until=at(60))
    (opened,) = asyncio.run(open_monitors(silence))
    assert isinstance(opened, SilenceOpened)
    assert (opened.silence, opened.slot, opened.at) == (silence, "acme", at(0))
