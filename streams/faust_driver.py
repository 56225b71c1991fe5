"""Stages in, a Faust app out that feeds them from Kafka. The only module that imports Faust.

Faust does what it is good at: group membership, fetching, committing, tables with changelogs and their recovery. What
it must not do here (`docs/adr/0003-faust-feeds-pumps.md`): decode, acknowledge on its own (its agents acknowledge when
an exception or a cancellation passes through), create topics, or serve the web.
"""

import asyncio
import contextlib
import weakref
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import faust
import structlog
from faust.streams import _current_event

from agents.ports import Clock
from streams.expiry import Expiry
from streams.faust_options import FaustOptions
from streams.kafka_outbox import MAX_REQUEST_BYTES
from streams.pump import Delivery, Pump
from streams.records import Outbox, Record, instant
from streams.runner import Runner
from streams.stages import Stage, StepStage
from streams.stall_watch import StalledError, StallWatch, holding
from streams.ticker import Ticker
from streams.topics import TICKS, TopicNames

log = structlog.get_logger()

REVOKE_GRACE_S: Final = 4.0
"""How long a rebalance waits for work in flight; well under the session time-out, after which we would be expelled."""
STOP_GRACE_S: Final = 8.0
COMMIT_EVERY_S: Final = 1.0
CHANGELOG_LINGER_S: Final = 0.002
"""The states of one batch then travel in one request, instead of in as many as Faust's buffer happens to make."""
STREAM_BUFFER: Final = 16
"""Records that Faust holds per stream; each may have megabytes."""


class FaustDriver:
    """Runs the stages of one role until told to stop."""

    def __init__(
        self,
        role: str,
        stages: Sequence[Stage],
        *,
        names: TopicNames,
        outbox: Outbox,
        clock: Clock,
        options: FaustOptions,
    ) -> None:
        self._names = names
        self._stalled_after_s = options.stalled_after_s
        self._sources = {names.wire(stage.source): stage.source.partitions for stage in stages}
        self._bootstrap = options.bootstrap
        self._app = _make_app(names.group(role), options)
        self._pumps: list[Pump] = []
        self._timers: list[Expiry | Ticker] = []
        self._settled = False
        for stage in stages:
            store = _TableStore(self._table(stage)) if isinstance(stage, StepStage) else None
            limit = options.max_document_bytes if stage.source.tombstone else None
            runner = Runner(
                stage, names, outbox, clock, stage.source.partitions, store=store, max_bytes=limit, restarted=True
            )
            pump = Pump(runner)
            self._pumps.append(pump)
            self._feed(stage, pump)
            if store is not None and isinstance(stage, StepStage) and stage.due is not None:
                self._timers.append(Expiry(stage, store.items, names, outbox, clock))
            if stage.source is TICKS:
                self._timers.append(Ticker(names, outbox, clock, self._reads_ticks, options.tick_s))

    async def run(
        self, stop: asyncio.Event, on_ready: Callable[[], None], on_lost: Callable[[], None] = lambda: None
    ) -> None:
        """Process until `stop` is set.

        `on_ready` is called each time that partitions and state are in hand, `on_lost` when they are taken away.
        Raises an exception group with what a stage could not survive, and what Faust itself could not.
        """
        app = self._app

        @app.on_partitions_revoked.connect  # type: ignore[untyped-decorator]
        async def _revoked(*_: Any, **__: Any) -> None:
            self._settled = False
            on_lost()
            await self._abandon(REVOKE_GRACE_S)

        @app.on_rebalance_complete.connect  # type: ignore[untyped-decorator]
        async def _ready(*_: Any, **__: Any) -> None:
            self._settled = True
            on_ready()

        _seek_with_flow_stopped(app)
        try:
            async with asyncio.TaskGroup() as group:
                running = [group.create_task(pump.run()) for pump in self._pumps]
                running += [group.create_task(timer.run()) for timer in self._timers]
                running.append(group.create_task(self._watch()))
                await app.start()
                await app.wait(stop.wait())  # raises what crashed the app
                await self._abandon(STOP_GRACE_S)
                for task in running:
                    task.cancel()
        finally:
            await app.stop()

    def _reads_ticks(self) -> bool:
        """Whether it is this worker that has the partition of the ticks."""
        ticks = self._names.wire(TICKS)
        return self._settled and any(each.topic == ticks for each in self._app.consumer.assignment())

    async def _watch(self) -> None:
        """Raises `StalledError` when records wait and nothing moves."""
        watch, loop = StallWatch(self._stalled_after_s), asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._stalled_after_s / 12)
            busy = any(pump.busy for pump in self._pumps)
            offsets = self._offsets()
            stalled = watch.observe(offsets, busy=busy, now_s=loop.time())
            if held := await holding(self._bootstrap, self._sources, {each: offsets[each] for each in stalled}):
                raise StalledError(f"no progress for {self._stalled_after_s:.0f} s at {sorted(held)}")
            watch.forgive(stalled)

    def _offsets(self) -> dict[tuple[str, int], tuple[int | None, int | None]]:
        """Committed and end offset of the source partitions that are ours."""
        consumer = self._app.consumer
        return {
            (tp.topic, tp.partition): (consumer._committed_offset.get(tp), consumer.highwater(tp))  # noqa: SLF001
            for tp in consumer.assignment()
            if tp.topic in self._sources
        }

    async def _abandon(self, grace_s: float) -> None:
        await asyncio.gather(*(pump.abandon(grace_s) for pump in self._pumps))

    def _table(self, stage: StepStage) -> Any:
        partitions = stage.source.partitions
        return self._app.Table(stage.table.name, partitions=partitions, key_type=bytes, value_type=bytes)

    def _feed(self, stage: Stage, pump: Pump) -> None:
        app = self._app
        source = app.topic(
            self._names.wire(stage.source),
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
        )

        async def feed(stream: Any) -> None:
            stream = stream.noack()
            async for event in stream.events():
                await pump.put(_delivery(app, stream, event))

        app.agent(source, name=f"streams.{stage.name}")(feed)


def _make_app(app_id: str, options: FaustOptions) -> Any:
    options.datadir.mkdir(parents=True, exist_ok=True)
    return faust.App(
        app_id,
        broker=f"kafka://{options.bootstrap.replace(',', ';kafka://')}",
        store="rocksdb://?driver=rocksdict",
        datadir=str(options.datadir),
        Table=_DurableTable,
        key_serializer="raw",
        value_serializer="raw",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        stream_wait_empty=False,
        stream_buffer_maxsize=STREAM_BUFFER,
        broker_session_timeout=options.session_timeout_s,
        broker_heartbeat_interval=options.heartbeat_s,
        broker_commit_interval=COMMIT_EVERY_S,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=MAX_REQUEST_BYTES // 2,
        producer_max_request_size=MAX_REQUEST_BYTES,
        producer_acks=-1,
        producer_linger=CHANGELOG_LINGER_S,
        stream_publish_on_commit=False,
        loghandlers=[],
        logging_config=None,
    )


def _seek_with_flow_stopped(app: Any) -> None:
    """Keep Faust from losing the first records after a rebalance (faust-streaming 0.15.3, `tables/recovery.py`).

    At the end of a recovery it resumes the partitions, then seeks them to their committed offsets, then clears all
    queues, while its fetcher may be running. A record that is fetched in between is cleared away, and the note of its
    offset, written after the seek, makes the fetcher drop it when it comes again. With the flow stopped first, nothing
    is fetched in between.
    """
    recovery = app.tables.recovery

    def stopped(resume: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def resume_stopped(*args: Any, **kwargs: Any) -> None:
            app.flow_control.suspend()
            app.consumer.stop_flow()
            await resume(*args, **kwargs)

        return resume_stopped

    recovery.on_recovery_completed = stopped(recovery.on_recovery_completed)
    recovery._resume_streams = stopped(recovery._resume_streams)  # noqa: SLF001 - there is no public way in


def _delivery(app: Any, stream: Any, event: Any) -> Delivery:
    message = event.message
    record = Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=_headers(message.headers),
        timestamp=instant(message.timestamp * 1_000),
    )
    return Delivery(
        record,
        acknowledge=lambda: stream.ack(event),
        fresh=lambda: message.generation_id == app.consumer_generation_id,
    )


def _headers(headers: Any) -> tuple[tuple[str, bytes | None], ...]:
    pairs = headers.items() if isinstance(headers, dict) else headers or ()
    return tuple((name, value) for name, value in pairs)


class _DurableTable(faust.Table):  # type: ignore[type-arg]
    """A table that hands out the pending write of its changelog, so that it can be waited for."""

    pending: Any = None

    def send_changelog(self, *args: Any, **kwargs: Any) -> Any:
        self.pending = super().send_changelog(*args, **kwargs)
        return self.pending


class _Position:
    """Stands for the event that a stream is at: Faust finds a table's partition through it."""

    def __init__(self, record: Record) -> None:
        self.message = record


class _TableStore:
    """A Faust table as a `StateStore`."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def read(self, record: Record, key: bytes) -> bytes | None:
        with _at(record):
            found: bytes | None = self._table.get(key)
            return found

    def items(self) -> Iterable[tuple[bytes, bytes]]:
        """All of the partitions that are ours."""
        found: Iterable[tuple[bytes, bytes]] = self._table.items()
        return found

    async def write(self, record: Record, key: bytes, value: bytes | None) -> None:
        with _at(record):
            if value is not None:
                self._table[key] = value
            elif self._table.get(key) is not None:
                del self._table[key]
            else:
                return
            pending = self._table.pending
        await pending


@contextlib.contextmanager
def _at(record: Record) -> Iterator[None]:
    position: Any = _Position(record)
    token = _current_event.set(weakref.ref(position))
    try:
        yield
    finally:
        _current_event.reset(token)
