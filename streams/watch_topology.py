"""The stages of the role `watch`, wired to what they read; `topology.py` has those of the others.

answers, outcomes, index-log, chunks, dead-letters -> observe -> signals          ticks -> sample -> signals
"""

from collections.abc import Sequence
from typing import Any, Final

from agents.shapes import Handler
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
from streams.roles import WATCH
from streams.stages import HandlerStage, Stage
from streams.topic import Topic
from streams.topics import ANSWERS, CHUNKS, DEAD_LETTERS, INDEX_LOG, OUTCOMES, TICKS

OBSERVE_LETTERS: Final = "observe-dead-letters"
WATCH_STAGE: Final = "watch"
"""The step that looks at signals."""


def watch_stages(sampling: SamplingPorts | None = None) -> tuple[Stage, ...]:
    """What answers, outcomes, documents and samples show in, signals out. Without `sampling` no samples are taken."""
    letters = making_dead_letters_observed({OBSERVE_LETTERS, WATCH_STAGE})
    return (
        _observing("observe-answers", ANSWERS, observe_answer),
        _observing("observe-outcomes", OUTCOMES, observe_outcome),
        _observing("observe-index-log", INDEX_LOG, observe_indexing),
        _observing("observe-plans", CHUNKS, observe_plan),
        _observing(OBSERVE_LETTERS, DEAD_LETTERS, letters),
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


def _observing(name: str, source: Topic, *handlers: Handler[Any]) -> HandlerStage:
    """One stage a topic, since a role reads each of its topics once."""
    handler = handlers[0] if len(handlers) == 1 else _all_of(handlers)
    return HandlerStage(name=name, role=WATCH, source=source, handler=handler, concurrency=64)


def _all_of(handlers: Sequence[Handler[Any]]) -> Handler[Any]:
    async def handle(event: Any) -> Sequence[Event]:
        return [each for handler in handlers for each in await handler(event)]

    return handle
