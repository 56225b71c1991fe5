"""Signals in, conditions out when they begin and when they end: the step of the role `watch`, by tenant and source.

Each monitor has a detector of its own for each signal that it watches. What a detector says is told on a change only;
one that fails takes none of its neighbours away. Time is the event's: an observation may be a little older than the
one before it, and one that claims to be from the future counts as of when it came.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias, cast

from agents.monitors.baselines import defined, set_baseline
from agents.monitors.counted import counted, with_counted
from agents.monitors.detecting import Observation
from agents.monitors.evolving import evolved
from agents.monitors.known_causes import noted
from agents.monitors.plan import Plan, Watching, plan_of
from agents.monitors.registry import CAUSES
from agents.monitors.round import Round
from agents.monitors.state import MAX_OPENED, Watched
from agents.monitors.telling import Occasion
from schemas.event import Event
from schemas.monitors import MonitorOpened, SignalsObserved, Source, WatchTicked

QUESTION: Final = "question"
"""The signal that is the vector and the text of a question."""
SAMPLED: Final = ("lag.", "oldest_s.", "stuck.", "up.")
"""How signals begin that each sample has."""
AHEAD: Final = timedelta(seconds=5)
"""How far a clock may be ahead of Kafka's."""

Seen: TypeAlias = SignalsObserved | MonitorOpened | WatchTicked
Outcome: TypeAlias = tuple[Watched | None, Sequence[Event]]


def watch(state: Watched | None, event: Seen) -> Outcome:
    """The step. Raises `ImplausibleError` for a baseline that was not kept, and for one definition too many."""
    if isinstance(event, SignalsObserved):
        return _observed(state or Watched(), event)
    if isinstance(event, MonitorOpened):
        return _opened(state or Watched(), event) if state or event.definition else (None, ())
    return _ticked(state, event) if state else (None, ())


def _observed(before: Watched, event: SignalsObserved) -> Outcome:
    if counted(before.taken, event.origin):
        return before, ()
    plan = plan_of(event.source, before.definitions)
    at = _time_of(event)
    # Who alerts takes what is older than what it knows for overtaken, so what is told never steps back.
    begun = Round.of(before, plan, Occasion(event.tenant, max(at, before.at), event.event_id))
    begun.causes, changed = noted(before.causes, before.observed, event.labels, at)
    if changed:
        _begin_anew(begun, plan, changed)
    seen: dict[str, Observation] = {}
    for monitor, signal in _looked_at(plan, event):
        if signal not in seen:
            seen[signal] = _observation(event, signal, at)
        begun.observe(monitor, signal, seen[signal])
    for key in _no_longer_sampled(begun, event):
        begun.anew(key, None, "is no longer sampled")
    taken = with_counted(before.taken, event.origin)
    return _after(before, begun, observed=before.observed + 1, taken=taken), begun.told


def _opened(before: Watched, event: MonitorOpened) -> Outcome:
    if event.event_id in before.opened:
        return before, ()
    definitions = before.definitions
    if event.definition is not None:
        definitions = defined(definitions, event.source, event.definition)
        if definitions == before.definitions:
            return (before if before != Watched() else None), ()
    plan = plan_of(event.source, definitions)
    begun = Round.of(before, plan, Occasion(event.tenant, max(_time_of(event), before.at), event.event_id))
    baselines = before.baselines
    if event.baseline is not None:
        baselines = set_baseline(before, begun, plan, event.baseline)
    opened = (*before.opened, event.event_id)[-MAX_OPENED:]
    return _after(before, begun, definitions=definitions, opened=opened, baselines=baselines), begun.told


def _ticked(before: Watched, event: WatchTicked) -> Outcome:
    plan = plan_of(source_of(event.slot), before.definitions)
    begun = Round.of(before, plan, Occasion(event.tenant, max(event.at, before.at), event.event_id))
    for key in [*begun.detectors]:
        begun.tick(key)
    return _after(before, begun), begun.told


def source_of(slot: str) -> Source:
    """Of the key of a state."""
    return cast("Source", slot.rpartition("/")[2])


def _looked_at(plan: Plan, event: SignalsObserved) -> Iterator[tuple[Watching, str]]:
    """Each monitor, with the name of the signal, that has something to see in the event."""
    values, labels = event.values, event.labels
    for monitor in plan.exact:
        signal = monitor.prefix
        if (signal in values or signal in labels or (signal == QUESTION and event.vector is not None)) and (
            not monitor.where or _fits(monitor, event)
        ):
            yield monitor, signal
    for monitor in plan.wild:
        if not monitor.where or _fits(monitor, event):
            for signal in dict.fromkeys((*values, *labels)):
                if signal.startswith(monitor.prefix):
                    yield monitor, signal


def _fits(monitor: Watching, event: SignalsObserved) -> bool:
    return all(event.labels.get(label) == value for label, value in monitor.where)


def _observation(event: SignalsObserved, signal: str, at: datetime) -> Observation:
    value = event.values.get(signal)
    if value is not None and not math.isfinite(value):
        value = None
    vector, text = (event.vector, event.text) if signal == QUESTION else (None, "")
    return Observation(at, value, event.labels.get(signal), vector, text, event.values, event.labels, event.evidence)


def _no_longer_sampled(begun: Round, event: SignalsObserved) -> list[str]:
    """What holds of something that a sample no longer tells of, as of a language model that was given up.

    A sample tells of everything that there is, and so of lags; a dead letter, of the same source, tells of itself only.
    """
    if event.source != "operations" or not begun.raised or not any(each.startswith("lag.") for each in event.values):
        return []
    signals = {key: told.labels["signal"] for key, told in begun.raised.items()}
    return [key for key, each in signals.items() if each.startswith(SAMPLED) and each not in event.values]


def _begin_anew(begun: Round, plan: Plan, changed: Sequence[str]) -> None:
    """What would find nothing but the change that is known forgets what was before it."""
    for key in [*begun.detectors]:
        monitor = plan.by_name[key.partition("/")[0]]
        if not CAUSES.get(monitor.definition.detector.kind, frozenset()).isdisjoint(changed):
            begun.anew(key, None, f"is compared afresh, since there is a new {' and '.join(changed)}")


def _time_of(event: SignalsObserved | MonitorOpened) -> datetime:
    came = event.read_from.received_at if event.read_from is not None else None
    return came if came is not None and event.at - came > AHEAD else event.at


def _after(before: Watched, begun: Round, **more: object) -> Watched:
    changed = {
        "fitted": begun.plan.digest,
        "versions": begun.plan.versions,
        "detectors": begun.detectors,
        "raised": begun.raised,
        "broken": begun.broken,
        "causes": begun.causes,
        "at": begun.now.at,
    }
    return evolved(before, **changed, **more)
