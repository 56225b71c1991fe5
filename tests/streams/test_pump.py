"""The pump: batches in order, handlers at once, acknowledgements without gaps, abandonment that is final."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel

from streams import pump as pump_module
from streams.fuse import FuseBlownError
from streams.pump import MAX_BATCH_BYTES, MAX_WAITING_BYTES, Delivery, Pump
from streams.records import Record
from streams.roles import MANIFESTS
from streams.stages import BatchStage, HandlerStage, Stage, StepStage
from streams.topics import CHUNKS, DOCUMENTS, QUERIES
from streams.topology import state_key

AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class FakeRunner:
    """Does `work` where a runner would decode, process and deliver."""

    stage: Any
    work: Callable[[Sequence[Record]], Awaitable[None]]
    seen: list[list[int]] = field(default_factory=list)

    async def process(self, records: Sequence[Record]) -> None:
        self.seen.append([record.offset for record in records])
        await self.work(records)


async def unchanged(events: Any, *_turn: Any) -> Any:
    return [() for _ in events]


BATCHES = BatchStage("index", "index", CHUNKS, batch=unchanged, max_batch=3)
STEPS = StepStage(
    "plan", "plan", DOCUMENTS, lambda state, _event: (state, ()), BaseModel, MANIFESTS, state_key, max_batch=3
)
HANDLERS = HandlerStage("answer", "answer", QUERIES, handler=unchanged, concurrency=3)


def delivery(
    offset: int, acknowledged: list[int], partition: int = 0, fresh: bool = True, value: bytes = b"{}"
) -> Delivery:
    async def acknowledge() -> None:
        acknowledged.append(offset)

    record = Record("queries", partition, offset, None, value, (), AT)
    return Delivery(record, acknowledge, lambda: fresh)


@asynccontextmanager
async def running(pump: Pump) -> AsyncIterator[None]:
    task = asyncio.ensure_future(pump.run())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


async def at_once(_records: Sequence[Record]) -> None:
    return


async def test_a_batch_holds_what_has_arrived_and_no_more_than_its_limit() -> None:
    runner, acknowledged = FakeRunner(BATCHES, at_once), []
    pump = Pump(runner)
    for offset in range(5):
        await pump.put(delivery(offset, acknowledged))
    async with running(pump):
        await until(lambda: len(acknowledged) == 5)
    assert runner.seen == [[0, 1, 2], [3, 4]]
    assert acknowledged == [0, 1, 2, 3, 4]


async def test_a_batch_holds_no_more_bytes_than_its_limit_unless_one_delivery_does() -> None:
    runner, acknowledged = FakeRunner(BATCHES, at_once), []
    pump = Pump(runner)
    half = MAX_BATCH_BYTES // 2
    for offset, size in enumerate([half, half, 1, MAX_BATCH_BYTES + 1, 1, 1]):
        await pump.put(delivery(offset, acknowledged, value=b"x" * size))

    async with running(pump):
        await until(lambda: len(acknowledged) == 6)

    assert runner.seen == [[0, 1], [2], [3], [4, 5]]
    assert pump._bytes == 0


async def test_a_lone_delivery_does_not_wait_for_company() -> None:
    runner, acknowledged = FakeRunner(BATCHES, at_once), []
    pump = Pump(runner)
    async with running(pump):
        await pump.put(delivery(7, acknowledged))
        await until(lambda: acknowledged == [7])


async def test_in_a_stream_of_deliveries_company_is_waited_for() -> None:
    runner, acknowledged = FakeRunner(BATCHES, at_once), []
    pump = Pump(runner)
    async with running(pump):
        await pump.put(delivery(0, acknowledged))
        await until(lambda: acknowledged == [0])
        await pump.put(delivery(1, acknowledged))
        await asyncio.sleep(0)
        await pump.put(delivery(2, acknowledged))
        await until(lambda: acknowledged == [0, 1, 2])
    assert runner.seen == [[0], [1, 2]]


async def test_a_full_batch_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pump_module, "PACE_S", 60)
    runner, acknowledged = FakeRunner(BATCHES, at_once), []
    pump = Pump(runner)
    for offset in range(6):
        await pump.put(delivery(offset, acknowledged))
    async with running(pump):
        await until(lambda: len(acknowledged) == 6)
    assert runner.seen == [[0, 1, 2], [3, 4, 5]]


async def test_what_is_abandoned_while_company_is_waited_for_is_not_processed() -> None:
    runner, acknowledged = FakeRunner(BATCHES, at_once), []
    pump = Pump(runner)
    async with running(pump):
        await pump.put(delivery(0, acknowledged))
        await until(lambda: acknowledged == [0])
        await pump.put(delivery(1, acknowledged))
        await asyncio.sleep(0)
        await pump.abandon(0)
        await pump.put(delivery(2, acknowledged))
        await until(lambda: acknowledged == [0, 2])
    assert runner.seen == [[0], [2]]


async def test_handlers_run_at_once_and_are_acknowledged_in_the_order_of_offsets() -> None:
    """A commit of offset 2 while 0 is still worked on would lose 0 in a crash."""
    gates = {offset: asyncio.Event() for offset in range(3)}

    async def work(records: Sequence[Record]) -> None:
        await gates[records[0].offset].wait()

    runner, acknowledged = FakeRunner(HANDLERS, work), []
    pump = Pump(runner)
    async with running(pump):
        for offset in range(3):
            await pump.put(delivery(offset, acknowledged))
        await until(lambda: len(runner.seen) == 3)
        gates[2].set()
        gates[1].set()
        await asyncio.sleep(0.01)
        assert acknowledged == []
        gates[0].set()
        await until(lambda: len(acknowledged) == 3)
    assert acknowledged == [0, 1, 2]


async def test_one_slow_partition_does_not_hold_back_the_acknowledgements_of_another() -> None:
    gate = asyncio.Event()

    async def work(records: Sequence[Record]) -> None:
        if records[0].partition == 0:
            await gate.wait()

    runner, acknowledged = FakeRunner(HANDLERS, work), []
    pump = Pump(runner)
    async with running(pump):
        await pump.put(delivery(0, acknowledged, partition=0))
        await pump.put(delivery(1, acknowledged, partition=1))
        await until(lambda: acknowledged == [1])


@pytest.mark.parametrize(("stage", "most"), [(STEPS, 6), (BATCHES, 12), (HANDLERS, 6)])
async def test_put_waits_when_twice_what_can_be_worked_on_is_waiting(stage: Stage, most: int) -> None:
    pump, acknowledged = Pump(FakeRunner(stage, at_once)), []
    for offset in range(most):
        await pump.put(delivery(offset, acknowledged))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pump.put(delivery(most, acknowledged)), 0.05)


@pytest.mark.parametrize(("stage", "most"), [(STEPS, 1), (BATCHES, 2)])
async def test_a_batch_begins_while_one_before_it_goes_on_but_a_step_waits_for_its_state(
    stage: Stage, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pump_module, "PACE_S", 0)
    gate = asyncio.Event()

    async def work(_records: Sequence[Record]) -> None:
        await gate.wait()

    runner, acknowledged = FakeRunner(stage, work), []
    pump = Pump(runner)
    async with running(pump):
        for offset in range(3):
            await pump.put(delivery(offset, acknowledged))
            await asyncio.sleep(0.01)
        assert len(runner.seen) == most
        gate.set()
        await until(lambda: acknowledged == [0, 1, 2])


async def test_put_waits_for_bytes_too_and_a_lone_large_one_has_room() -> None:
    """FAILURES 16: a backlog of large documents must not become a worker's memory."""
    pump, acknowledged = Pump(FakeRunner(BATCHES, at_once)), []
    await pump.put(delivery(0, acknowledged, value=bytes(MAX_WAITING_BYTES + 1)))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pump.put(delivery(1, acknowledged)), 0.05)
    async with running(pump):
        await until(lambda: acknowledged == [0])
        await pump.put(delivery(2, acknowledged))
        await until(lambda: acknowledged == [0, 2])


async def test_what_is_in_flight_may_finish_within_the_grace() -> None:
    async def work(_records: Sequence[Record]) -> None:
        await asyncio.sleep(0.02)

    runner, acknowledged = FakeRunner(BATCHES, work), []
    pump = Pump(runner)
    async with running(pump):
        await pump.put(delivery(0, acknowledged))
        await until(lambda: bool(runner.seen))
        await pump.put(delivery(1, acknowledged))
        await pump.abandon(5)
    assert acknowledged == [0]
    assert runner.seen == [[0]]


async def test_what_outlasts_the_grace_is_cancelled_and_never_acknowledged() -> None:
    finished = []

    async def work(records: Sequence[Record]) -> None:
        await asyncio.sleep(30)
        finished.extend(records)

    runner, acknowledged = FakeRunner(BATCHES, work), []
    pump = Pump(runner)
    async with running(pump):
        await pump.put(delivery(0, acknowledged))
        await until(lambda: bool(runner.seen))
        await pump.abandon(0.01)
        runner.work = at_once
        await pump.put(delivery(9, acknowledged))
        await until(lambda: acknowledged == [9])
    assert finished == []


async def test_a_put_that_waited_through_an_abandonment_is_dropped() -> None:
    pump, acknowledged = Pump(FakeRunner(STEPS, at_once)), []
    for offset in range(6):
        await pump.put(delivery(offset, acknowledged))
    late = asyncio.ensure_future(pump.put(delivery(6, acknowledged)))
    await asyncio.sleep(0.01)
    await pump.abandon(0)
    await late
    async with running(pump):
        await pump.put(delivery(7, acknowledged))
        await until(lambda: acknowledged == [7])


async def test_a_delivery_of_a_partition_that_is_no_longer_ours_is_dropped() -> None:
    runner, acknowledged = FakeRunner(BATCHES, at_once), []
    pump = Pump(runner)
    await pump.put(delivery(0, acknowledged, fresh=False))
    await pump.put(delivery(1, acknowledged))
    async with running(pump):
        await until(lambda: acknowledged == [1])
    assert runner.seen == [[1]]


async def test_a_blown_fuse_stops_the_pump_and_acknowledges_nothing() -> None:
    async def work(_records: Sequence[Record]) -> None:
        raise FuseBlownError("everything fails")

    pump, acknowledged = Pump(FakeRunner(BATCHES, work)), []
    await pump.put(delivery(0, acknowledged))
    with pytest.raises(ExceptionGroup) as raised:
        await pump.run()
    assert raised.group_contains(FuseBlownError)
    assert acknowledged == []
