"""Works in, their outputs, and the state to write once those are delivered, out: one step over one batch.

The step is pure and may take its time, so it runs on a thread. A hop to a thread and back costs as much as a small
document, so small ones share one; the store is read on the event loop, since a driver's may belong to it.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from opentelemetry.trace import Span

from schemas.event import Event
from streams import tracing
from streams.outcomes import Failure, Work, Write
from streams.records import Outgoing, Record
from streams.stages import StepStage
from streams.state import Stored, after

TURN_BYTES: Final = 65_536
"""Of the records of one turn on the thread; a worker that stops waits for the turn that it is at."""


@dataclass
class StepRun:
    """One batch of one stage. What becomes of each work is written into it."""

    stage: StepStage
    read: Callable[[Record, bytes], bytes | None]
    encode: Callable[[Sequence[Event], Span], list[Outgoing]]
    fail: Callable[[Work, Exception], Failure]
    _known: dict[bytes, Stored[Any] | None] = field(default_factory=dict)
    _latest: dict[bytes, Write] = field(default_factory=dict)

    async def over(self, works: Sequence[Work]) -> Sequence[Write]:
        """The last write of each key. Raises nothing: an event that fails has its failure, and its state stays."""
        for turn in turns(works):
            found = [(work, key) for work in turn if (key := self._look_up(work)) is not None]
            await asyncio.to_thread(self._step, found)
        return tuple(self._latest.values())

    def _look_up(self, work: Work) -> bytes | None:
        """The event's key, whose state is known from here on; None when the event has failed at that."""
        try:
            key = self.stage.state_key(work.event).encode()
            if key not in self._known:
                raw = self.read(work.record, key)
                kept = Stored[self.stage.state]  # type: ignore[name-defined]
                self._known[key] = None if raw is None else kept.model_validate_json(raw)
        except Exception as error:  # noqa: BLE001 - for the runner, where every exception ends
            work.failure = self.fail(work, error)
            return None
        return key

    def _step(self, found: Sequence[tuple[Work, bytes]]) -> None:
        for work, key in found:
            previous = self._known[key]
            if previous and previous.includes(work.record):
                self._latest[key] = Write(work.record, key, previous)
                continue
            try:
                with tracing.within(work.span):
                    state, outputs = self.stage.step(previous.state if previous else None, work.event)
                work.outgoing = self.encode(outputs, work.span)
            except Exception as error:  # noqa: BLE001 - for the runner, where every exception ends
                work.failure = self.fail(work, error)
                continue
            if previous and state == previous.state:
                continue  # nothing to store: the record, should it come again, finds the same state and does the same
            if state is not None or previous:
                self._known[key] = None if state is None else after(previous, work.record, state)
                self._latest[key] = Write(work.record, key, self._known[key])


def turns(works: Sequence[Work]) -> Iterator[Sequence[Work]]:
    """Runs of works whose records have at most `TURN_BYTES` together; a larger one is alone."""
    turn: list[Work] = []
    held = 0
    for work in works:
        size = len(work.record.value or b"")
        if turn and held + size > TURN_BYTES:
            yield turn
            turn, held = [], 0
        turn.append(work)
        held += size
    if turn:
        yield turn
