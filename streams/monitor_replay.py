"""A tenant's past and definitions of monitors in, what they would have said of it and who would have been told out.

The same extraction, the same steps and the same timers as in the role `watch`, in memory and by the time of the events.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from agents.alerting import alert, due
from agents.monitors import Watched, due_tick, plan_of, watch
from agents.signals import observe_answer, observe_indexing, observe_outcome, observe_plan
from schemas.answers import Answer
from schemas.chunks import ChunksPlanned
from schemas.conditions import ConditionRaised
from schemas.event import EPOCH, Event
from schemas.feedback import OutcomeScored
from schemas.index_log import DocumentIndexed, DocumentSkipped
from schemas.monitors import MonitorDefined, MonitorOpened, SignalsObserved, Source
from schemas.operations import AlertFired
from streams.monitor_series import Series

SOON: Final = timedelta(seconds=10)
LATER: Final = timedelta(minutes=10)
"""Steps in which time passes where nothing comes: the first for as long as the second is."""
SAID_EVERY: Final = 5_000


async def signals_of(event: Event) -> Sequence[SignalsObserved]:
    """What an event shows; samples of operations show what they showed then."""
    found: Sequence[Event] = ()
    match event:
        case Answer():
            found = await observe_answer(event)
        case OutcomeScored():
            found = await observe_outcome(event)
        case DocumentIndexed() | DocumentSkipped():
            found = await observe_indexing(event)
        case ChunksPlanned():
            found = await observe_plan(event)
        case SignalsObserved():
            found = (event,) if event.source == "operations" else ()
    return [each for each in found if isinstance(each, SignalsObserved)]


@dataclass
class Span:
    """One time that a monitor saw something."""

    monitor: str
    signal: str
    since: datetime
    told_at: datetime
    summary: str
    value: float
    until: datetime | None = None


@dataclass
class Replay:
    """Collects what was observed of one tenant, then goes through it in order of time."""

    tenant: str
    definitions: Sequence[MonitorDefined]
    spans: list[Span] = field(default_factory=list)
    alerts: list[AlertFired] = field(default_factory=list)
    series: dict[tuple[str, str], Series] = field(default_factory=dict)
    observed: dict[Source, int] = field(default_factory=dict)
    _past: dict[Source, list[SignalsObserved]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def add(self, signals: Iterable[SignalsObserved]) -> None:
        """Take observations in, in any order; one that comes again counts once."""
        for each in signals:
            if each.tenant == self.tenant and each.event_id not in self._seen:
                self._seen.add(each.event_id)
                # In order of time, not of offsets, by which what comes again is known otherwise.
                self._past.setdefault(each.source, []).append(each.model_copy(update={"origin": None}))

    def observations(self, source: Source) -> Sequence[SignalsObserved]:
        """What was added of one source, in order of time."""
        return sorted(self._past.get(source, ()), key=lambda each: each.at)

    def run(self, until: datetime, progress: Callable[[str], None]) -> None:
        """Go through all that was added, and on to `until`."""
        told: list[Event] = []
        for source in self._past:
            past = self.observations(source)
            self.observed[source] = len(past)
            told += self._watched(source, past, until, progress)
        told.sort(key=lambda each: each.at)
        self._alerted(told, until)

    def _watched(
        self, source: Source, past: Sequence[SignalsObserved], until: datetime, progress: Callable[[str], None]
    ) -> list[Event]:
        told: list[Event] = []
        machine = _Machine(f"{self.tenant}/{source}", watch, due_tick)
        for each in self.definitions:
            machine.take(
                MonitorOpened(event_id=each.name, tenant=self.tenant, at=past[0].at, source=source, definition=each)
            )
        plan = plan_of(source, (machine.state or Watched()).definitions)
        for number, event in enumerate(past):
            if number % SAID_EVERY == 0:
                progress(f"Watching {source}: {number:,} of {len(past):,}")
            told += [*machine.until(event.at), *machine.take(event)]
            for name, watching in plan.by_name.items():
                for signal in [*event.values] if watching.wild else [watching.prefix]:
                    if signal.startswith(watching.prefix) and signal in event.values:
                        self.series.setdefault((name, signal), Series()).add(event.at, event.values[signal])
        return [*told, *machine.until(until)]

    def _alerted(self, told: Sequence[Event], until: datetime) -> None:
        machine = _Machine(self.tenant, alert, due)
        spans: dict[str, Span] = {}
        for event in told:
            self._fired([*machine.until(event.at), *machine.take(event)])
            self._spanned(spans, event)
        self._fired(machine.until(until))

    def _fired(self, events: Iterable[Event]) -> None:
        self.alerts += [each for each in events if isinstance(each, AlertFired) and not each.repeated]

    def _spanned(self, spans: dict[str, Span], event: Any) -> None:
        if isinstance(event, ConditionRaised):
            span = Span(
                event.labels.get("monitor", event.name),
                event.labels.get("signal", ""),
                event.since,
                event.at,
                event.summary,
                event.value,
            )
            spans[event.fingerprint] = span
            self.spans.append(span)
        elif (ended := spans.pop(event.fingerprint, None)) is not None:
            ended.until = event.since


@dataclass
class _Machine:
    """A step with its state, and the timer that asks it whether time has changed anything."""

    key: str
    step: Callable[..., tuple[Any, Sequence[Event]]]
    timer: Callable[..., Sequence[Event]]
    state: Any = None
    now: datetime = EPOCH

    def take(self, event: Event) -> Sequence[Event]:
        """One event, at its time."""
        self.now = max(self.now, event.at)
        self.state, told = self.step(self.state, event)
        return told

    def until(self, end: datetime) -> list[Event]:
        """Nothing comes until `end`."""
        told: list[Event] = []
        for now in moments(self.now, end):
            if self.state is None:
                break
            for tick in self.timer(self.key, self.state, now):
                told += self.take(tick)
        return told


def moments(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Between two events: often at first, then now and then."""
    now = begin
    while now < end:
        now += SOON if now - begin < LATER else LATER
        if now < end:
            yield now


async def replayed(
    events: AsyncIterator[Event], replay: Replay, since: datetime, progress: Callable[[str], None]
) -> None:
    """Add what events of `since` and later show."""
    number = 0
    async for event in events:
        if event.tenant != replay.tenant or event.at < since:
            continue
        replay.add(await signals_of(event))
        number += 1
        if number % SAID_EVERY == 0:
            progress(f"Reading the past: {number:,} events")
