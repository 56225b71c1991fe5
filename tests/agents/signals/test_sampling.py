from datetime import timedelta

import pytest

from agents.ports import PartitionLag
from agents.signals import SamplingPorts, make_sampling_handler, stale_in_s
from schemas.failures import TransientError
from schemas.monitors import Ticked
from streams.together import at_once
from tests.agents.signals.samples import NOON

TICK = Ticked(event_id="t1", at=NOON)


class Lags:
    def __init__(self, error=None, **found):
        self.found, self.error = found, error

    async def lags(self):
        if self.error:
            raise self.error
        return self.found


class Up:
    def __init__(self, **found):
        self.found = found

    async def up(self):
        return self.found


def behind(partition, records=1, oldest_s=0.0, still_s=0.0, topic="queries"):
    oldest_at = None if oldest_s is None else NOON - timedelta(seconds=oldest_s)
    return PartitionLag(topic, partition, records, oldest_at, still_s)


async def sampled(lags, up, now=NOON):
    return await make_sampling_handler(SamplingPorts(lags, up, lambda: now, at_once))(TICK)


async def test_one_event_tells_all_of_a_sample_at_the_ticks_own_time():
    lags = Lags(answer=[behind(0, 3, 4.0), behind(1, 2, 9.0)], plan=[])
    [found] = await sampled(lags, Up(weaviate=False, generator=True))
    assert (found.slot, found.at) == ("default/operations", NOON)
    assert found.values == {
        "lag.answer": 5.0,
        "oldest_s.answer": 9.0,
        "stuck.answer": 0.0,
        "lag.plan": 0.0,
        "oldest_s.plan": 0.0,
        "stuck.plan": 0.0,
        "up.weaviate": 0.0,
        "up.generator": 1.0,
    }
    assert found.labels == {}


async def test_a_partition_without_progress_is_stuck_and_named():
    [found] = await sampled(Lags(answer=[behind(0, still_s=1.0), behind(3, still_s=120.0)]), Up())
    assert found.values["stuck.answer"] == 1.0
    assert found.labels == {"stuck.answer": "queries/3"}


async def test_a_role_that_moves_is_not_stuck_however_old_its_records_are():
    [found] = await sampled(Lags(answer=[behind(0, oldest_s=86_400.0, still_s=0.5)]), Up())
    assert (found.values["stuck.answer"], found.values["oldest_s.answer"]) == (0.0, 86_400.0)


async def test_records_from_the_future_or_of_unknown_age_are_not_old():
    lags = Lags(answer=[behind(0, oldest_s=-30.0)], plan=[behind(0, oldest_s=None)])
    [found] = await sampled(lags, Up())
    assert (found.values["oldest_s.answer"], found.values["oldest_s.plan"]) == (0.0, 0.0)


async def test_the_same_tick_gives_its_sample_the_same_id_whoever_takes_it():
    [one], [other] = await sampled(Lags(), Up(weaviate=True)), await sampled(Lags(), Up(weaviate=False))
    assert one.event_id == other.event_id


async def test_a_tick_that_waited_gives_no_sample_of_another_time():
    assert await sampled(Lags(), Up(weaviate=True), now=NOON + timedelta(seconds=11)) == ()
    assert stale_in_s(TICK, NOON + timedelta(seconds=4)) == 6.0


async def test_a_kafka_that_does_not_say_is_for_the_runner_to_ask_again():
    with pytest.raises(TransientError):
        await sampled(Lags(TransientError("away")), Up())
