"""What the runner's work says in numbers."""

import asyncio

import pytest

from schemas import metrics
from schemas.failures import PermanentError, TransientError
from streams.measured import begins, firing
from streams.patience import Patience
from streams.retry import Backoff
from tests.readings import Readings
from tests.streams.playbook import NAMES, World, batch_stage, docs, done, failing, handler_stage, step_stage
from tests.streams.samples import NOON, clock


@pytest.fixture
def told():
    readings = Readings()
    with readings.measuring():
        yield readings


async def run(stage, *records, world=None, **options):
    await (world or World()).runner(stage, **options).process(list(records))


async def test_records_are_counted_once_as_they_come_and_once_when_they_are_done_with(told):
    await run(step_stage(), *docs("x", "y", "z"))
    assert told.of(metrics.CONSUMED) == {("count", "kafka", "documents"): 3}
    assert told.of(metrics.EVENTS) == {("count", "processed"): 3}
    assert told.of(metrics.SENT) == {("send", "kafka", "queries", "count"): 3}
    assert told.sums(metrics.BATCH_SIZE) == {("count",): 3}
    assert told.of(metrics.PROCESS_DURATION) == {("count", "kafka", "documents"): 3}
    assert told.of(metrics.WAIT_DURATION) == {("count",): 3}


async def test_one_that_fails_says_at_which_stage_and_the_class_of_what(told):
    await run(batch_stage(done), *docs("x", "boom"))
    assert told.of(metrics.EVENTS) == {("index", "processed"): 1, ("index", "dead-lettered"): 1}
    assert told.of(metrics.DEAD_LETTERS) == {("index", "PermanentError", "default"): 1}
    assert told.of(metrics.PROCESS_DURATION)["index", "kafka", "documents", "PermanentError"] == 1


async def test_what_kafka_refuses_together_is_counted_once_when_it_is_sent_alone(told):
    world = World(refuses=lambda record: PermanentError("too large") if len(record.value) > 4_000 else None)
    await run(step_stage(), *docs("a", "large", "b"), world=world)
    assert told.of(metrics.CONSUMED) == {("count", "kafka", "documents"): 3}
    assert sum(told.of(metrics.EVENTS).values()) == 3


async def test_what_a_stage_counts_begins_at_0_before_its_first_record(told):
    begins([batch_stage(done)])
    zeros = {(name, labels.get("ragstream.outcome")): point.value for name, labels, point in told.points()}
    outcomes = dict.fromkeys(metrics.EVENT_OUTCOME.values, 0)
    assert zeros == {(metrics.EVENTS.name, each): value for each, value in outcomes.items()} | {
        (metrics.RETRIES.name, None): 0
    }


async def test_a_further_attempt_is_counted_as_it_is_made(told):
    await run(handler_stage(failing([TransientError("away")] * 3)), *docs("x"))
    assert told.of(metrics.RETRIES) == {("answer",): 3}


async def test_an_answer_that_comes_too_late_is_told_apart(told):
    async def slow(_):
        await asyncio.sleep(60)

    stage = handler_stage(slow, fallback=lambda _event, _reason: [])
    await run(type(stage)(**vars(stage) | {"seconds_left": lambda _event, _now: -1.0}), *docs("x"))
    assert told.of(metrics.EVENTS) == {("answer", "late"): 1}


async def test_a_partition_waits_as_long_as_one_of_its_records_does(told):
    world = World()
    patience = Patience(handler_stage(None), NAMES, world, clock, Backoff(sleep=world.sleep, alert_after=1))
    gates = [asyncio.Event() for _ in range(2)]

    async def once_open(gate):
        if not gate.is_set():
            world.journal.append("tried")
            await asyncio.sleep(0)
            raise TransientError("away")

    tasks = [
        asyncio.ensure_future(patience.persist(lambda gate=gate: once_open(gate), record))
        for gate, record in zip(gates, docs("x", "y"), strict=True)
    ]
    while world.journal.count("tried") < 6:
        await asyncio.sleep(0)
    assert told.of(metrics.WAITING) == {("answer",): 1}
    gates[0].set()
    await tasks[0]
    assert told.of(metrics.WAITING) == {("answer",): 1}
    gates[1].set()
    await tasks[1]
    assert told.of(metrics.WAITING) == {}


async def test_an_event_that_cannot_be_measured_is_worked_on_all_the_same(told, monkeypatch):
    def broken(*_, **__):
        raise OverflowError

    world = World()
    monkeypatch.setattr(told.meters, "add", broken)
    await run(step_stage(), *docs("x"), world=world)
    assert world.notes == ["a 1"]
    assert world.journal == ["sent", "wrote"]


def test_what_fires_is_noted_whenever_the_timer_looks(told):
    due = firing(lambda key, state, _now: [key, state], lambda state: {"critical": state, "info": 0})
    assert due("acme", 2, NOON) == ["acme", 2]
    due("globex", 1, NOON)
    due("acme", 1, NOON)
    assert told.of(metrics.FIRING) == {("critical",): 2, ("info",): 0}


async def test_a_slow_record_leads_to_its_trace(told, monkeypatch):
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415

    from streams import tracing  # noqa: PLC0415

    monkeypatch.setattr(tracing, "_tracer", TracerProvider(shutdown_on_exit=False).get_tracer("test"))
    await run(step_stage(), *docs("x"))
    [point] = [point for name, _, point in told.points() if name == metrics.PROCESS_DURATION.name]
    assert all(each.trace_id for each in point.exemplars)
    assert point.exemplars
