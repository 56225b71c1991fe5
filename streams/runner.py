"""Records in, delivered outputs out: the one piece of code that runs every processor, under every driver.

A driver hands `process` one record (handlers, many calls at once) or a micro-batch in order (steps and batches). When
`process` returns, and only then, the records may be acknowledged. Its five duties, in this order:

1. Decode. What cannot be decoded is a value, `Malformed`, and its neighbours are unharmed.
2. Open a span that continues the producer's, bind the log context, call the processor.
3. A transient error waits and tries again: nothing is skipped, and after a while it is said that a partition waits.
   Any other error dead-letters the event. When a batch fails as a whole, its events are tried one by one.
4. Send the outputs, wait until they are delivered, then write the state. A crash in between repeats the event, and a
   repeated event gives the same outputs under the same ids. A record that the state already includes has had its
   outputs delivered before; only its state is written again, since the process that wrote it may have died before
   the changelog had it (`docs/adr/0001-redelivery.md`). Outputs that Kafka refuses for good make a dead letter too.
5. A fuse: when nearly everything fails, stop.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import structlog
from opentelemetry.trace import Span

from agents.ports import Clock
from agents.shapes import Turn
from schemas import signals
from schemas.answers import DEADLINE_PASSED
from schemas.event import Event
from schemas.failures import ImplausibleError, PermanentError, raised_at
from streams import alarms, event_lines, measured, tracing
from streams.carried import carried
from streams.codec import Malformed, decode, encode
from streams.dead_letters import dead_letter
from streams.fuse import Fuse, FuseBlownError
from streams.outcomes import Failure, Work, Write
from streams.patience import Patience
from streams.quotes import without_quotes
from streams.records import Outbox, Outgoing, Record
from streams.retry import Backoff, Tried
from streams.stages import BatchStage, HandlerStage, Stage, StepStage
from streams.state import StateStore
from streams.step_run import StepRun
from streams.strays import way_home
from streams.topics import TopicNames
from streams.turns import Line, at_once

LATE_GRACE_S: Final = 0.25
"""What a handler gets beyond a deadline, since it can say better than we can what it was at when time ran out."""
log = structlog.get_logger()


@dataclass
class Runner:
    """Runs one stage. `partitions` is the source topic's count; `max_bytes` bounds its values (default the table's)."""

    stage: Stage
    names: TopicNames
    outbox: Outbox
    clock: Clock
    partitions: int
    store: StateStore | None = None
    max_bytes: int | None = None
    backoff: Backoff = field(default_factory=Backoff)
    fuse: Fuse = field(default_factory=Fuse)
    malformed_fuse: Fuse = field(default_factory=lambda: Fuse(window=5_000, ratio=0.999))
    restarted: bool = False
    """A fuse may have blown in the process before this one: that it is over is said once something has gone well."""
    _line: Line = field(default_factory=Line)
    _patience: Patience = field(init=False)

    def __post_init__(self) -> None:
        self._patience = Patience(self.stage, self.names, self.outbox, self.clock, self.backoff)

    async def process(self, records: Sequence[Record]) -> None:
        """Take records through all five duties. Raises `FuseBlownError`; then nothing may be acknowledged.

        A batch may be given while the one before is worked on: it has its effects, and sends, after that one.
        """
        if isinstance(self.stage, HandlerStage):
            await self._in_turn(records, at_once)
            return
        with self._line.place() as turn:
            await self._in_turn(records, turn)

    async def _in_turn(self, records: Sequence[Record], turn: Turn) -> None:
        refused = await self._attempt(records, turn)
        if refused is not None:  # one of them, and it takes none with it
            for record in records:
                await self._attempt([record], turn, again=True)

    async def _attempt(self, records: Sequence[Record], turn: Turn, *, again: bool = False) -> Exception | None:
        """Take records through all duties. Gives the error when Kafka refused what more than one of them gave."""
        began = time.monotonic()
        works = [self._opened(record) for record in records]
        if not again:
            measured.consumed(self.stage, works, self.clock())
        with (
            structlog.contextvars.bound_contextvars(**event_lines.context(self.stage, works)),
            tracing.concluded(works),
        ):
            writes = await self._run([work for work in works if work.event is not None], turn)
            await turn()
            self._bury(works)
            await self._observe(works)
            refused = await self._send(works)
            if refused is None:
                await self._store(writes)
            elif len(works) == 1:
                await self._replace_by_dead_letter(works[0], refused)
            else:
                return refused
            measured.handled(self.stage, works, began)
            event_lines.handled(self.stage, works, began)
            return None

    def _opened(self, record: Record) -> Work:
        role = self.stage.role
        work = Work(record, tracing.start(record, self.stage.name, role, self.names.group(role), self.clock()))
        event = decode(record, self.stage.source, self.max_bytes)
        if isinstance(event, Malformed):
            work.failure = Failure(event.reason, "Malformed", malformed=True)
            return work
        tracing.describe(work.span, event, record)
        homeward = way_home(record, event, self.stage.source, self.partitions)
        if isinstance(self.stage, StepStage) and homeward is not None:
            work.outgoing = [homeward]
        else:
            work.event = event
        return work

    async def _run(self, works: Sequence[Work], turn: Turn) -> Sequence[Write]:
        if not works:
            return ()
        with tracing.batch(self.stage.name, [work.span for work in works]):
            match self.stage:
                case StepStage() as stage:
                    return await self._run_step(stage, works)
                case BatchStage() as stage:
                    await self._run_batch(stage, works, turn)
                case HandlerStage() as stage:
                    for work in works:
                        await self._run_handler(stage, work)
        return ()

    async def _run_handler(self, stage: HandlerStage, work: Work) -> None:
        limit_s = None
        try:
            if stage.seconds_left is not None:
                limit_s = max(stage.seconds_left(work.event, self.clock()), 0.0) + LATE_GRACE_S
            async with asyncio.timeout(limit_s):
                tried = await self._patience.persist(lambda: stage.handler(work.event), work.record, [work.event])
        except TimeoutError:  # the limit's own: any other was waited out
            work.late = True
            work.outgoing = self._consolation(work, f"{DEADLINE_PASSED} while stage {stage.name} was at work")
        except Exception as error:  # noqa: BLE001 - whatever an event does to the arithmetic of its deadline
            work.failure = self._failure(work, error, 1)
        else:
            self._settle(work, tried)

    async def _run_batch(self, stage: BatchStage, works: Sequence[Work], turn: Turn) -> None:
        events = [work.event for work in works]

        async def call() -> Sequence[Sequence[Event]]:
            results = await stage.batch(events, turn)
            if len(results) != len(works):
                raise ValueError(f"a batch of {len(works)} events gave {len(results)} results")
            return results

        tried = await self._patience.persist(call, works[0].record, events)
        if tried.result is not None:
            for work, outputs in zip(works, tried.result, strict=True):
                self._settle(work, Tried(tried.attempts, outputs))
        elif len(works) == 1:
            self._settle(works[0], Tried(tried.attempts, error=tried.error))
        else:  # one poison event takes none with it
            for work in works:
                await self._run_batch(stage, [work], turn)

    async def _run_step(self, stage: StepStage, works: Sequence[Work]) -> Sequence[Write]:
        assert self.store is not None, "a step needs a state store"  # noqa: S101 - a wiring error, not an input
        return await StepRun(stage, self.store.read, self._encoded, partial(self._failure, attempts=1)).over(works)

    def _settle(self, work: Work, tried: Tried[Sequence[Event]]) -> None:
        """Take a processor's outputs; outputs that cannot be encoded are a failure of the event."""
        error = tried.error
        work.span.set_attribute(signals.ATTEMPTS, tried.attempts)
        if error is None:
            try:
                work.outgoing = self._encoded(tried.result or (), work.span)
            except Exception as not_encoded:  # noqa: BLE001 - as any other exception of the event
                error = not_encoded
        if error is not None:
            work.failure = self._failure(work, error, tried.attempts)

    def _failure(self, work: Work, error: Exception, attempts: int) -> Failure:
        expected = isinstance(error, PermanentError)
        if not expected:  # its text may quote what was being processed, so only class and place go on
            found = event_lines.about(work) | event_lines.in_trace(work.span)
            log.warning("failed", **found, error=type(error).__name__, at=raised_at(error))
        unexpected = f"unexpected {type(error).__name__} in stage {self.stage.name}"
        reason = without_quotes(str(error), work.event) if expected else unexpected
        return Failure(reason, type(error).__name__, attempts, malformed=isinstance(error, ImplausibleError))

    def _bury(self, works: Sequence[Work]) -> None:
        """Put a dead letter for each failure in place of its outputs."""
        for work in works:
            if work.failure is None:
                continue
            letter = dead_letter(
                work.record,
                stage=self.stage.name,
                reason=work.failure.reason,
                error=work.failure.error,
                attempts=work.failure.attempts,
                tenant="default" if work.event is None else work.event.tenant,
            )
            work.outgoing = [*self._consolation(work, work.failure.reason), *self._encoded([letter], work.span)]

    def _consolation(self, work: Work, reason: str) -> list[Outgoing]:
        """What a handler's fallback tells those who wait; nothing when the fallback fails too."""
        fallback = self.stage.fallback if isinstance(self.stage, HandlerStage) else None
        if fallback is None or work.event is None:
            return []
        try:
            return self._encoded(fallback(work.event, reason), work.span)
        except Exception as error:  # noqa: BLE001 - the dead letter is on its way in any case
            log.warning("fallback-failed", error=type(error).__name__, at=raised_at(error))
            return []

    async def _observe(self, works: Sequence[Work]) -> None:
        """Let the fuses see how it went. Raises `FuseBlownError` after saying so."""
        try:
            for work in works:
                malformed = work.failure is not None and work.failure.malformed
                self.malformed_fuse.observe(failed=malformed)
                if not malformed:
                    self.fuse.observe(failed=work.failure is not None)
        except FuseBlownError as error:
            with tracing.within(works[0].span):
                await self._patience.say(alarms.fuse_blown(self.stage, works[0].record, str(error), self.clock()))
            raise
        if self.restarted and any(work.failure is None for work in works):
            self.restarted = False
            await self._patience.say(alarms.fuse_whole(self.stage, self.clock()), in_case=True)

    async def _send(self, works: Sequence[Work]) -> PermanentError | None:
        """Deliver all outputs, or give the error by which Kafka refused one of them for good."""
        outgoing = [each for work in works for each in work.outgoing]
        if not outgoing:
            return None
        with tracing.sending(self.stage.name, [work.span for work in works if work.outgoing], outgoing) as span:
            tried = await self._patience.persist(lambda: self.outbox.send(outgoing), works[0].record)
            if tried.error is not None:
                tracing.failed(span, type(tried.error).__name__)
        if tried.error is None or isinstance(tried.error, PermanentError):
            return tried.error
        raise tried.error  # not delivered, so not to be acknowledged

    async def _replace_by_dead_letter(self, work: Work, refused: PermanentError) -> None:
        """Raises `refused` when it was the dead letter itself: then nothing is acknowledged and somebody must look."""
        if work.failure is None:
            work.failure = self._failure(work, refused, 1)
            self._bury([work])
            await self._observe([work])
            if await self._send([work]) is None:
                return
        raise refused

    async def _store(self, writes: Sequence[Write]) -> None:
        if self.store is not None:
            await asyncio.gather(*(self.store.write(each.record, each.key, each.value()) for each in writes))

    def _encoded(self, events: Sequence[Event], span: Span) -> list[Outgoing]:
        source = f"ragstream/{self.stage.role}"
        return [encode(event, self.names, source).with_headers(headers) for event, headers in carried(events, span)]
