"""A stage: one processor with what it reads, in one of the three shapes. Drivers and runner know nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from pydantic import BaseModel

from agents.shapes import Batch, Handler, Step
from schemas.event import Event
from streams.topic import Topic

SecondsLeft: TypeAlias = Callable[[Any, datetime], float]
"""Event and now in; for how many seconds its outcome is still wanted, negative when it no longer is."""

Due: TypeAlias = Callable[[str, Any, datetime], Sequence[Event]]
"""Key, state and now in; the events by which a timer says that something in it has had its time."""

Fallback: TypeAlias = Callable[[Any, str], Sequence[Event]]
"""Event that failed for good and the reason in; what to tell the world beside the dead letter."""


@dataclass(frozen=True)
class Table:
    """State of a step, by key: kept in RocksDB beside the worker, and in a changelog topic."""

    name: str
    role: str
    source: Topic
    """The topic whose events it is computed from; the changelog has as many partitions."""


@dataclass(frozen=True)
class _Stage:
    name: str
    role: str
    source: Topic


@dataclass(frozen=True)
class StepStage(_Stage):
    """A pure step whose state is kept per key."""

    step: Step[Any, Any]
    state: type[BaseModel]
    table: Table
    state_key: Callable[[Any], str]
    max_batch: int = 64
    due: Due | None = None
    """A timer asks this of every state now and then."""
    due_every_s: float = 60.0
    """Seconds between two times that it asks."""


@dataclass(frozen=True)
class HandlerStage(_Stage):
    """A handler, run for up to `concurrency` events at once."""

    handler: Handler[Any]
    concurrency: int = 16
    fallback: Fallback | None = None
    seconds_left: SecondsLeft | None = None
    """Bounds the handler and all its retries; when they are up, the fallback's outcome is the event's."""


@dataclass(frozen=True)
class BatchStage(_Stage):
    """A batch, given what has arrived, up to `max_batch` events, in order."""

    batch: Batch[Any]
    max_batch: int = 32


Stage: TypeAlias = StepStage | HandlerStage | BatchStage
