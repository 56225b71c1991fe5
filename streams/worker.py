"""A role and settings in, a running worker out: the composition root, where ports meet their adapters."""

import asyncio
import dataclasses
import gc
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Final

import structlog

from infra.local.stack import TARGETS
from infra.log_redaction import environment_secrets, secrets_of
from infra.logs import configure_logs
from infra.metrics import METER, Metrics, measured_process
from infra.models import NamedModel, ensure_models
from infra.onnx_engine import Running
from infra.settings import Settings
from infra.telemetry import start_telemetry
from infra.token_counter import open_token_counter
from schemas.failures import ConfigurationError
from streams import measured, topology
from streams.composition import (
    Books,
    answering_concurrency,
    answering_options,
    fitting_sizes,
    lifetimes,
    open_tracer,
    opened_answering,
    opened_sampling,
    opened_spaces,
    utc_now,
)
from streams.control_events import ControlEvents
from streams.control_reader import ControlReader, following
from streams.conversation_log import ConversationLog, reading_along
from streams.delta_releaser import DeltaReleaser
from streams.derived_ids import DerivedIds
from streams.dispatch_composition import opened_dispatching
from streams.faust_driver import FaustDriver
from streams.faust_options import FaustOptions
from streams.fuse import FuseBlownError
from streams.kafka_admin import cluster_id, ensure_topics, planned_topics
from streams.kafka_outbox import KafkaOutbox
from streams.meters import FRESH_S, Meters, measuring
from streams.sessions import Sessions
from streams.stages import Stage
from streams.stall_watch import StalledError
from streams.topics import TopicNames
from streams.trace_texts import IN_LOGS, make_redactor
from streams.worker_place import own_folder, process_name, readiness

log = structlog.get_logger()

TICKS_MISSED: Final = 3
"""So many samples may be missing before what they tell is no longer told."""
EXIT_FUSE: Final = 70
"""Exit status of a worker whose fuse blew: EX_SOFTWARE of sysexits.h. Starting it again would not help."""
EXIT_STALLED: Final = 75
"""Of one that stands still: EX_TEMPFAIL of sysexits.h. Starting it again is the cure."""


def run_worker(role: str, settings: Settings, *, machine: bool = False) -> int:
    """Run one role until SIGTERM or SIGINT; gives the process's exit status.

    With `machine` its log lines are JSON even at a terminal.

    Raises `ConfigurationError` when it cannot start, `TransientError` when Kafka does not answer.
    """
    if role not in topology.ROLES:
        raise ConfigurationError(f"there is no role {role!r}; the roles are {', '.join(topology.ROLES)}")
    if settings.kafka.bootstrap is None:
        raise ConfigurationError("set RAGSTREAM_KAFKA__BOOTSTRAP to your Kafka, or let `ragstream up` start one")
    configure_logs(
        settings.telemetry,
        machine=machine,
        redact=make_redactor(IN_LOGS),
        secrets=[*secrets_of(settings), *environment_secrets(os.environ)],
    )
    if role != topology.ANSWER and hasattr(os, "nice"):
        os.nice(settings.bulk_niceness)
    telemetry = start_telemetry(settings.telemetry, f"ragstream-{role}", settings.home, DerivedIds())
    try:
        targets = settings.home / "run" / f"{process_name(role)}{TARGETS}"
        with (
            measured_process(settings.telemetry, f"ragstream-{role}", targets, lambda: telemetry.dropped) as read,
            _measuring(read, settings),
        ):
            status = asyncio.run(_run(role, settings, settings.kafka.bootstrap, read.address))
    finally:
        telemetry.stop()
    if status == 0:
        targets.unlink(missing_ok=True)  # else Prometheus goes on to look for it, and a rule says that it is gone
    return status


def _measuring(read: Metrics, settings: Settings) -> AbstractContextManager[None]:
    """The pipes' instruments at work, where anybody reads them."""
    if read.provider is None:
        return nullcontext()
    meter, tenants = read.provider.get_meter(METER), settings.telemetry.metrics_tenants
    return measuring(Meters(meter, tenants, fresh_s=_told_for_s(settings)))


def _told_for_s(settings: Settings) -> float:
    """How long a gauge is told that is not set any more: over a few ticks, however slow they are."""
    return max(FRESH_S, TICKS_MISSED * settings.watching.tick_s)


async def _run(role: str, settings: Settings, bootstrap: str, metrics: str | None) -> int:
    names = TopicNames(settings.namespace)
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    await ensure_topics(bootstrap, planned_topics(names, topology.TABLES), settings.kafka.replication_factor)
    async with AsyncExitStack() as stack:
        outbox = await stack.enter_async_context(KafkaOutbox(bootstrap, names.group(role)))
        stages, running = await stack.enter_async_context(_stages(role, settings, bootstrap, outbox))
        state = settings.home / "state" / await cluster_id(bootstrap)
        datadir = stack.enter_context(own_folder(state, names.group(role)))
        ready, lost = stack.enter_context(readiness(role, settings.home, running, metrics))
        driver = FaustDriver(
            role, stages, names=names, outbox=outbox, clock=utc_now, options=_options(settings, datadir)
        )
        measured.begins(stages)
        log.info("starting", role=role)
        _settle_memory()
        try:
            await driver.run(stop, ready, lost)
        except BaseExceptionGroup as group:
            if (status := _ended(role, group)) is None:
                raise
            return status
    log.info("stopped", role=role)
    return 0


def _ended(role: str, group: BaseExceptionGroup[BaseException]) -> int | None:
    """Say what ended the worker; gives its exit status, None for what nobody foresaw."""
    for kind, status in ((FuseBlownError, EXIT_FUSE), (StalledError, EXIT_STALLED)):
        if (found := group.subgroup(kind)) is not None:
            log.error("stopped", role=role, error=kind.__name__, reason=str(_innermost(found)))
            return status
    log.critical("stopped", role=role, exc_info=_innermost(group))
    return None


def _settle_memory() -> None:
    """What was loaded so far stays for good: without this, each full collection walks all of it, 50 ms at a time."""
    gc.collect()
    gc.freeze()


def _innermost(error: BaseException) -> BaseException:
    """The first exception in groups of groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


@asynccontextmanager
async def _stages(
    role: str, settings: Settings, bootstrap: str, outbox: KafkaOutbox
) -> AsyncIterator[tuple[Sequence[Stage], Sequence[Running]]]:
    """The stages of one role, with nothing loaded that this role does not use; and where its embedders run."""
    books, tracer = Books(), open_tracer(settings)
    events = ControlEvents(books.appliers(), TopicNames(settings.namespace), outbox, source=f"ragstream/{role}")
    if role == topology.LEARN:
        async with following(ControlReader.on_kafka(bootstrap, events)):
            yield topology.learn_stages(lifetimes(settings), books.prompts, tracer), ()
        return
    if role == topology.DISPATCH:
        async with (
            following(ControlReader.on_kafka(bootstrap, events)),
            opened_dispatching(settings, books.subscriptions) as dispatching,
        ):
            yield topology.dispatch_stages(dispatching), ()
        return
    if role == topology.WATCH:
        async with (
            opened_sampling(settings, bootstrap) as sampling,
            following(ControlReader.on_kafka(bootstrap, events)),
        ):
            yield topology.watch_stages(sampling), ()
        return
    models = await ensure_models(settings, lambda sentence: log.info("model", progress=sentence))
    if role == topology.INDEX:
        async with opened_spaces(models) as spaces:
            main = spaces.main
            yield (
                (topology.index_stage(main.embedder, main.index, utc_now, spaces.candidates, tracer),),
                spaces.running,
            )
        return
    async with following(ControlReader.on_kafka(bootstrap, events)):
        if role == topology.PLAN:
            counter, sizes = open_token_counter(models[0].folder), fitting_sizes(settings, models)
            guard = books.replayable_guard()
            yield (topology.plan_stage(counter, sizes, models[0].embedder_id, guard, tracer),), ()
            return
        async with _answering(settings, bootstrap, outbox, books, models) as (stage, running):
            yield (stage,), running


@asynccontextmanager
async def _answering(
    settings: Settings, bootstrap: str, outbox: KafkaOutbox, books: Books, models: Sequence[NamedModel]
) -> AsyncIterator[tuple[Stage, Sequence[Running]]]:
    """The stage that answers, with all that it is given."""
    names = TopicNames(settings.namespace)
    log_of_answers = ConversationLog.on_kafka(bootstrap, names, utc_now, Sessions())
    async with (
        opened_answering(settings, books, models) as (ports, rewriter, running),
        reading_along(log_of_answers) as conversations,
    ):
        serving = dataclasses.replace(
            ports,
            conversations=conversations,
            rewriter=rewriter,
            releaser=DeltaReleaser(outbox, names, f"ragstream/{topology.ANSWER}"),
            experimenter=books.experiments,
        )
        stage = topology.answer_stage(serving, answering_options(settings), answering_concurrency(settings))
        yield stage, running


def _options(settings: Settings, datadir: Path) -> FaustOptions:
    return FaustOptions(
        bootstrap=settings.kafka.bootstrap or "",
        datadir=datadir,
        session_timeout_s=settings.kafka.session_timeout_s,
        heartbeat_s=settings.kafka.heartbeat_s,
        max_document_bytes=settings.planning.max_document_bytes,
        tick_s=settings.watching.tick_s,
    )
