"""Deliveries in, processed by the runner and acknowledged: batches in order, or many at once for handlers.

A delivery that comes alone is taken at once. In a stream of them a batch holds what arrives in `PACE_S`, or in the
time that the one before takes: a batch costs requests to Kafka and back, however small it is. Deliveries are
acknowledged in the order of their offsets, partition by partition, however they finish: a commit says "everything up
to here", so a gap below it would be lost in a crash.
"""

import asyncio
import math
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from streams.records import Record
from streams.runner import Runner
from streams.stages import BatchStage, HandlerStage, Stage, StepStage
from streams.topic import MIB

MAX_WAITING_BYTES: Final = 32 * MIB
"""Most that waits before one runner, so that a backlog of large documents does not become a worker's memory."""
PACE_S: Final = 0.05
"""Least from the beginning of a batch to that of the next, unless that one is full. Of documents in which nothing is
new it takes a third of the processor time away (docs/adr/0012)."""
BATCHES_AT_ONCE: Final = 2
"""So that one can be embedded while the one before is stored; the runner keeps their effects in order."""
MAX_BATCH_BYTES: Final = MIB
"""Of one batch, unless a record alone is larger. A plan of so many bytes has some 1,500 chunks, a quarter of a minute
of embedding on two processors; a worker that stops or is rebalanced within a batch leaves it all to be done again."""


@dataclass(eq=False, slots=True)
class Delivery:
    """A record, what to call once it is processed, and whether its partition is still ours."""

    record: Record
    acknowledge: Callable[[], Awaitable[object]]
    fresh: Callable[[], bool] = field(default=lambda: True)
    processed: bool = False

    @property
    def size(self) -> int:
        """Bytes of its value."""
        return len(self.record.value or b"")


class Pump:
    """Feeds one runner. `put` waits while twice what can be worked on, or 32 MiB, is waiting already."""

    def __init__(self, runner: Runner) -> None:
        stage = runner.stage
        self._runner = runner
        self._batch, slots = _batch_and_slots(stage)
        self._slots = asyncio.Semaphore(slots)
        self._room = 2 * self._batch * slots
        self._bytes = 0
        self._waiting: deque[Delivery] = deque()
        self._changed = asyncio.Condition()
        self._began = -math.inf
        self._epoch = 0
        self._in_flight: set[asyncio.Task[None]] = set()
        self._unacknowledged: dict[tuple[str, int], deque[Delivery]] = defaultdict(deque)

    @property
    def busy(self) -> bool:
        """Whether there is anything in hand, be it only waited for."""
        return bool(self._waiting or self._in_flight)

    async def put(self, delivery: Delivery) -> None:
        """Queue a delivery; one that `abandon` overtook on its way in is dropped."""
        epoch = self._epoch
        async with self._changed:
            await self._changed.wait_for(lambda: self._has_room(delivery) or self._epoch != epoch)
            if self._epoch == epoch:
                self._waiting.append(delivery)
                self._bytes += delivery.size
                self._changed.notify_all()

    async def run(self) -> None:
        """Process until cancelled. Raises an exception group with what the runner could not survive (a blown fuse)."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._slots.acquire()
                task = group.create_task(self._work(await self._take()))
                self._in_flight.add(task)
                task.add_done_callback(self._finished)

    async def abandon(self, grace_s: float) -> None:
        """Forget what waits, give what is in flight `grace_s` seconds to finish, then cancel it.

        After it returns nothing that was put before is written or acknowledged any more.
        """
        async with self._changed:
            self._epoch += 1
            self._waiting.clear()
            self._bytes = 0
            self._changed.notify_all()
        if in_flight := set(self._in_flight):
            _, late = await asyncio.wait(in_flight, timeout=grace_s)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        self._unacknowledged.clear()

    def _has_room(self, delivery: Delivery) -> bool:
        """For its number and for its bytes; whatever its size, one has room when it is alone."""
        fits = self._bytes + delivery.size <= MAX_WAITING_BYTES
        return not self._waiting or (len(self._waiting) < self._room and fits)

    def _fits(self, count: int, held: int) -> bool:
        """Whether the first that waits fits into a batch that has so many deliveries and bytes; alone, any does."""
        if not self._waiting or count == self._batch:
            return False
        return count == 0 or held + self._waiting[0].size <= MAX_BATCH_BYTES

    async def _take(self) -> Sequence[Delivery]:
        """At least one delivery, and at most a batch in number and bytes."""
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._waiting)
            await self._keep_pace()
            async with self._changed:
                taken: list[Delivery] = []
                held = 0
                while self._fits(len(taken), held):
                    taken.append(self._waiting.popleft())
                    held += taken[-1].size
                self._bytes -= held
                self._changed.notify_all()
            if fresh := [delivery for delivery in taken if delivery.fresh()]:
                for delivery in fresh:
                    self._unacknowledged[_partition(delivery)].append(delivery)
                return fresh

    async def _keep_pace(self) -> None:
        """Let company arrive for a batch that would follow the one before too soon."""
        now = asyncio.get_running_loop().time
        rest = self._began + PACE_S - now()
        if rest > 0 and len(self._waiting) < self._batch and self._bytes < MAX_BATCH_BYTES:
            await asyncio.sleep(rest)
        self._began = now()

    async def _work(self, batch: Sequence[Delivery]) -> None:
        await self._runner.process([delivery.record for delivery in batch])
        for delivery in batch:
            delivery.processed = True
        for partition in {_partition(delivery) for delivery in batch}:
            queue = self._unacknowledged[partition]
            while queue and queue[0].processed:
                await queue.popleft().acknowledge()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        self._slots.release()


def _batch_and_slots(stage: Stage) -> tuple[int, int]:
    """Most deliveries that are processed together, and how often at a time."""
    match stage:
        case HandlerStage():
            return 1, stage.concurrency
        case BatchStage():
            return stage.max_batch, BATCHES_AT_ONCE
        case StepStage():  # the state after one batch is where the next begins
            return stage.max_batch, 1


def _partition(delivery: Delivery) -> tuple[str, int]:
    return delivery.record.topic, delivery.record.partition
