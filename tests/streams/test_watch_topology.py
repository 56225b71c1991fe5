"""What the watch role reads, and that it looks at itself without end nowhere."""

from datetime import UTC, datetime

from agents.signals import SamplingPorts
from schemas.monitors import Ticked
from schemas.operations import DeadLettered
from streams.roles import SOURCES, WATCH
from streams.stages import HandlerStage
from streams.together import at_once
from streams.topics import DEAD_LETTERS
from streams.watch_topology import _all_of, watch_stages

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAMPLING = SamplingPorts(lags=None, prober=None, clock=lambda: NOON, together=at_once)


def test_the_role_reads_each_of_its_topics_in_one_stage():
    sources = [stage.source for stage in watch_stages(SAMPLING)]
    assert sorted(each.name for each in sources) == sorted(each.name for each in SOURCES[WATCH])
    assert len(set(sources)) == len(sources)


def test_every_stage_belongs_to_the_role():
    assert {stage.role for stage in watch_stages(SAMPLING)} == {WATCH}


def test_without_ports_no_samples_are_taken():
    assert "sample" not in {stage.name for stage in watch_stages()}


async def test_a_dead_letter_of_the_role_itself_makes_no_signal():
    [stage] = [each for each in watch_stages() if each.source is DEAD_LETTERS]
    for name in (stage.name, "watch"):
        letter = DeadLettered(topic="signals", partition=0, offset=0, stage=name, reason="", error="")
        assert await stage.batch([letter], now) == [[]]


async def now():
    """The batch's turn has come."""


def test_a_sample_is_given_up_when_its_tick_is_old():
    [stage] = [each for each in watch_stages(SAMPLING) if each.name == "sample"]
    assert isinstance(stage, HandlerStage)
    assert stage.seconds_left is not None
    assert stage.seconds_left(Ticked(at=NOON), NOON) == 10.0


async def test_handlers_of_one_topic_give_their_events_in_order():
    async def one(event):
        return [event]

    async def two(event):
        return [event, event]

    assert await _all_of([one, two])(Ticked()) == [Ticked()] * 3
