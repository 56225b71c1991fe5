"""A handler and all its retries end when nobody waits for the outcome any more."""

import asyncio

import pytest

from schemas.failures import TransientError
from streams import runner as runner_module
from streams.retry import Backoff
from streams.stages import HandlerStage
from streams.topics import DOCUMENTS
from tests.streams.playbook import DOWN, World, docs, failing, note


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch):
    monkeypatch.setattr(runner_module, "LATE_GRACE_S", 0.0)


def stage(handler, seconds_left):
    def fallback(event, reason):
        return [note(event, f"failed: {reason}")]

    return HandlerStage("answer", "test", DOCUMENTS, handler, fallback=fallback, seconds_left=lambda *_: seconds_left)


async def forever(_event):
    await asyncio.Event().wait()


async def down(_event):
    raise TransientError("Weaviate is down")


async def test_a_handler_that_hangs_is_ended_at_the_deadline_with_the_fallbacks_outcome_and_no_dead_letter():
    world = World()
    await world.runner(stage(forever, 0.02)).process(docs("one"))
    assert world.notes == ["failed: deadline passed while stage answer was at work"]
    assert world.letters == []


async def test_an_outage_that_outlasts_the_deadline_ends_with_it_and_that_is_said():
    world = World()
    backoff = Backoff(base_s=0.001, cap_s=0.002, alert_after=2)
    await world.runner(stage(down, 0.2), backoff=backoff).process(docs("one"))
    assert world.notes == ["failed: deadline passed while stage answer was at work"]
    assert world.conditions == [("ConditionRaised", "partition-waits"), ("ConditionCleared", "partition-waits")]


async def test_a_handler_within_its_deadline_is_left_alone():
    world = World()
    await world.runner(stage(failing([DOWN]), 5.0)).process(docs("one"))
    assert world.notes == ["done a"]


async def test_a_deadline_that_passed_before_gives_the_handler_its_grace_to_say_so(monkeypatch):
    monkeypatch.setattr(runner_module, "LATE_GRACE_S", 1.0)
    world = World()
    await world.runner(stage(failing([]), -60.0)).process(docs("one"))
    assert world.notes == ["done a"]


async def test_a_deadline_that_cannot_be_computed_fails_its_event_and_not_the_worker():
    def impossible(*_):
        raise OverflowError("date value out of range")

    broken = HandlerStage("answer", "test", DOCUMENTS, failing([]), seconds_left=impossible)
    world = World()
    await world.runner(broken).process(docs("one"))
    assert [letter.error for letter in world.letters] == ["OverflowError"]
