"""A state and the time in, an event if the passing of time would change anything out: silence, old windows."""

from collections.abc import Sequence
from datetime import datetime

from agents.monitors.state import Watched
from agents.monitors.step import watch
from schemas.event import Event, derive_id
from schemas.monitors import WatchTicked


def due_tick(key: str, state: Watched, now: datetime) -> Sequence[Event]:
    """For the timer of the step; `key` is `tenant/source`. Nothing while there is nothing to notice."""
    tick = WatchTicked(
        event_id=derive_id("watch-ticked", key, now.isoformat()), tenant=key.partition("/")[0], at=now, slot=key
    )
    after, told = watch(state, tick)
    return (tick,) if told or after is None or after.detectors != state.detectors else ()
