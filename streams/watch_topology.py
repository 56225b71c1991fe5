"""The stages of the role `watch`, wired to what they read; `topology.py` has those of the others.

answers, outcomes, index-log, chunks, dead-letters -> observe -> signals          ticks -> sample -> signals
monitors -> open -> signals, conditions                       signals -> watch -> conditions -> alert -> alerts
answers, chunks -> observe -> lineage -> lineage -> conditions
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from agents.alerting import Alerting, alert
from agents.alerting import due as alerting_due
from agents.lineage.cite import cite
from agents.lineage.revise import revise
from agents.lineage.step import Lineage, lineage_key, trace_lineage
from agents.lineage.step import due as forgotten
from agents.monitors import Watched, due_tick, open_monitors, watch
from agents.shapes import Handler, Turn
from agents.signals import (
    SamplingPorts,
    make_sampling_handler,
    making_dead_letters_observed,
    observe_answer,
    observe_indexing,
    observe_outcome,
    observe_plan,
    stale_in_s,
)
from schemas.event import Event
from schemas.operations import Severity
from streams.measured import firing
from streams.roles import ALERTED, CITED, WATCH, WATCHED
from streams.stages import BatchStage, HandlerStage, Stage, StepStage
from streams.topic import Topic
from streams.topics import (
    ANSWERS,
    CHUNKS,
    CONDITIONS,
    DEAD_LETTERS,
    INDEX_LOG,
    LINEAGE,
    MONITORS,
    OUTCOMES,
    SIGNALS,
    TICKS,
)

OBSERVE_LETTERS: Final = "observe-dead-letters"
WATCH_STAGE: Final = "watch"
"""The step that looks at signals."""
LOOKED_AT_EVERY_S: Final = 5.0
"""How soon it is noticed that nothing comes any more."""
ALERTED_EVERY_S: Final = 1.0
"""How soon it is told that something has lasted, or is over."""


def watch_stages(sampling: SamplingPorts | None = None) -> tuple[Stage, ...]:
    """What answers, outcomes, documents and samples show in, signals out. Without `sampling` no samples are taken."""
    letters = making_dead_letters_observed({OBSERVE_LETTERS, WATCH_STAGE})
    return (
        _observing("observe-answers", ANSWERS, observe_answer, cite),
        _observing("observe-outcomes", OUTCOMES, observe_outcome),
        _observing("observe-index-log", INDEX_LOG, observe_indexing),
        _observing("observe-plans", CHUNKS, observe_plan, revise),
        _observing(OBSERVE_LETTERS, DEAD_LETTERS, letters),
        HandlerStage(name="open", role=WATCH, source=MONITORS, handler=open_monitors, concurrency=1),
        watch_stage(),
        lineage_stage(),
        alert_stage(),
        *(() if sampling is None else (sample_stage(sampling),)),
    )


def sample_stage(ports: SamplingPorts) -> HandlerStage:
    """Ticks in, samples out; one whose time is over gives none, and holds nothing up."""
    return HandlerStage(
        name="sample",
        role=WATCH,
        source=TICKS,
        handler=make_sampling_handler(ports),
        concurrency=1,
        seconds_left=stale_in_s,
    )


def watch_stage() -> StepStage:
    """Signals in, conditions out where they begin and end. The state is that of a source's monitors, by tenant."""
    return StepStage(
        name=WATCH_STAGE,
        role=WATCH,
        source=SIGNALS,
        step=watch,
        state=Watched,
        table=WATCHED,
        state_key=lambda event: str(event.slot),
        max_batch=256,
        due=due_tick,
        due_every_s=LOOKED_AT_EVERY_S,
    )


def lineage_stage() -> StepStage:
    """Citations and changes of documents in, answers that no longer stand out. The state is a document's."""
    return StepStage(
        name="lineage",
        role=WATCH,
        source=LINEAGE,
        step=trace_lineage,
        state=Lineage,
        table=CITED,
        state_key=lineage_key,
        due=forgotten,
    )


def alert_stage() -> StepStage:
    """Conditions and silences in, what people are told out. The state is that of a tenant's alerts."""
    return StepStage(
        name="alert",
        role=WATCH,
        source=CONDITIONS,
        step=alert,
        state=Alerting,
        table=ALERTED,
        state_key=lambda event: str(event.tenant),
        max_batch=256,
        due=firing(alerting_due, _told),
        due_every_s=ALERTED_EVERY_S,
    )


def _told(state: Alerting) -> Mapping[str, int]:
    """How many alerts of each severity were told and are not over."""
    counts = Counter(entry.told_severity for entry in state.open.values() if entry.told)
    return {severity: counts[severity] for severity in get_args(Severity)}


def _observing(name: str, source: Topic, *handlers: Handler[Any]) -> BatchStage:
    """One stage a topic, since a role reads each of its topics once.

    In order, so that what was counted before is known by its place, and a document's changes follow each other.
    """
    handle = _all_of(handlers)

    async def batch(events: Sequence[Any], turn: Turn) -> Sequence[Sequence[Event]]:
        await turn()
        return [await handle(event) for event in events]

    return BatchStage(name=name, role=WATCH, source=source, batch=batch, max_batch=64)


def _all_of(handlers: Sequence[Handler[Any]]) -> Handler[Any]:
    async def handle(event: Any) -> Sequence[Event]:
        return [each for handler in handlers for each in await handler(event)]

    return handle
