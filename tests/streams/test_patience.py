"""A call that waits, and what is said of it."""

import logging

import pytest
import structlog
from structlog.testing import capture_logs

from schemas.failures import TransientError
from streams import alarms
from streams.patience import Patience
from streams.retry import Backoff
from tests.streams.playbook import NAMES, World, docs, handler_stage
from tests.streams.samples import clock


def patience(world):
    return Patience(handler_stage(None), NAMES, world, clock, Backoff(sleep=world.sleep, alert_after=2))


def failing(*errors):
    left = list(errors)

    async def call():
        if left:
            raise left.pop(0)
        return "done"

    return call


async def test_a_wait_is_said_once_patience_runs_out_and_again_when_it_is_over():
    world = World()
    [record] = docs("x")
    tried = await patience(world).persist(failing(*[TransientError("away")] * 3), record)
    assert (tried.result, tried.attempts) == ("done", 4)
    assert world.conditions == [("ConditionRaised", "partition-waits"), ("ConditionCleared", "partition-waits")]


async def test_a_short_wait_is_nobodys_business():
    world = World()
    [record] = docs("x")
    await patience(world).persist(failing(TransientError("away")), record)
    assert world.conditions == []


async def test_where_kafka_is_what_is_away_the_work_goes_on_all_the_same():
    world = World(trouble=[TransientError("Kafka is away")] * 2)
    [record] = docs("x")
    tried = await patience(world).persist(failing(*[TransientError("away")] * 2), record)
    assert tried.result == "done"
    assert world.conditions == []


@pytest.mark.parametrize(("in_case", "level"), [(True, "debug"), (False, "info")])
async def test_an_end_whose_beginning_nobody_knows_of_is_no_news(in_case, level):
    world, stage = World(), handler_stage(None)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    with capture_logs() as lines:
        await patience(world).say(alarms.fuse_whole(stage, clock()), in_case=in_case)
    assert [(line["event"], line["log_level"]) for line in lines] == [("condition over", level)]
    assert world.conditions == [("ConditionCleared", "fuse-blown")]
