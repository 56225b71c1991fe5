"""A call that waits, and what is said of it."""

from schemas.failures import TransientError
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
