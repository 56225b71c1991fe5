"""Monitors from their definition on the control topic to what people are told, on the driver in memory."""

import random
from datetime import timedelta

from schemas.conditions import ConditionRaised
from schemas.event import derive_id
from schemas.monitors import BaselineSet, MonitorDefined, SignalsObserved, Threshold
from schemas.operations import AlertFired, AlertSilenced
from streams.local_driver import LocalDriver
from streams.watch_topology import watch_stages
from tests.journeys.test_alerting import World, told
from tests.streams.samples import NOON


class WholeWorld(World):
    """With the control topic and all that is watched."""

    def new_driver(self, **kept):
        return LocalDriver(self.broker, watch_stages(), self.clock, **kept)

    async def show(self, source="answers", labels=None, **values):
        identity = derive_id("shown", source, self.now.isoformat())
        event = SignalsObserved(event_id=identity, at=self.now, source=source, values=values, labels=labels or {})
        await self.broker.publish(event)

    def conditions(self):
        return [each.name for each in self.broker.events("conditions") if isinstance(each, ConditionRaised)]


def slow(**fields):
    given = {"source": "answers", "signal": "latency_ms", "detector": Threshold(above=100.0, clear=80.0)}
    return MonitorDefined.model_validate({"event_id": "d1", "name": "answer-latency", "at": NOON, **given, **fields})


async def test_a_definition_stands_in_for_a_default_and_switching_it_off_ends_what_it_had_raised():
    world = WholeWorld()
    async with world.running():
        await world.broker.publish(slow(keep_s=0.0))
        await world.pass_time(1)
        await world.show(latency_ms=500.0)
        await world.pass_time(15)
        assert told(world.alerts()) == [("fired", "answer-latency")]
        await world.broker.publish(slow(event_id="d2", disabled=True))
        await world.pass_time(1)
        await world.pass_time(60)
        await world.show(latency_ms=500.0)
        await world.pass_time(60)
    assert told(world.alerts()) == [("fired", "answer-latency"), ("resolved", "answer-latency")]
    assert "no longer watched" in world.alerts()[-1].summary


async def test_what_a_restart_reads_again_is_told_once():
    """FAILURES 71: a restart in the middle, and redelivered records."""
    world = WholeWorld()
    async with world.running():
        await world.broker.publish(slow())
        await world.pass_time(1)
        for second in range(10):
            await world.show(latency_ms=500.0 * (second % 2))
            await world.pass_time(1)
    before = world.conditions()
    world.driver = world.new_driver(store=world.driver.store)  # every position is lost
    async with world.running():
        await world.pass_time(1)
    assert before == world.conditions() == ["answer-latency"] * 5
    assert [kind for kind, _ in told(world.alerts())].count("fired") <= 1


async def test_a_silence_keeps_an_alert_from_people():
    world = WholeWorld()
    async with world.running():
        until = NOON + timedelta(hours=1)
        await world.broker.publish(
            AlertSilenced(event_id="s", at=NOON, silence="load", match=("name=answer-*",), until=until)
        )
        await world.broker.publish(slow())
        await world.pass_time(1)
        await world.show(latency_ms=500.0)
        await world.pass_time(60)
        assert world.conditions() == ["answer-latency"]
    assert world.alerts() == []


async def test_silence_is_told_of_as_silence_and_as_no_drift():
    """FAILURES 70: a gap, and traffic again."""
    world = WholeWorld()
    chance = random.Random(7)

    async def traffic():
        for _ in range(400):
            await world.show(failed=0.0, abstained=float(chance.random() < 0.2), latency_ms=50.0)
            world.now += timedelta(seconds=5)
        await world.pass_time(0)

    async with world.running():
        await traffic()
        for _ in range(8):
            await world.pass_time(900)
        assert told(world.alerts()) == [("fired", "answers-missing")]
        await traffic()
        await world.pass_time(600)
    assert told(world.alerts()) == [("fired", "answers-missing"), ("resolved", "answers-missing")]
    assert set(world.conditions()) == {"answers-missing"}


async def test_a_baseline_that_was_never_kept_is_a_dead_letter_and_stops_nothing():
    world = WholeWorld()
    async with world.running():
        await world.show(latency_ms=1.0)
        await world.pass_time(1)
        await world.broker.publish(
            BaselineSet(event_id="b", at=NOON, monitor="answer-latency", baseline="may", action="restore")
        )
        await world.broker.publish(slow())
        await world.pass_time(1)
        await world.show(latency_ms=500.0)
        await world.pass_time(15)
    (letter,) = world.broker.events("dead-letters")
    assert "no baseline may of the monitor answer-latency" in letter.reason
    assert isinstance(world.alerts()[0], AlertFired)
