"""What the tests of monitors are made of."""

from datetime import UTC, datetime, timedelta
from typing import Any

from agents.monitors.state import Watched
from agents.monitors.step import watch
from schemas.event import Event, Value
from schemas.monitors import MonitorDefined, MonitorOpened, SignalsObserved, Source, WatchTicked

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(seconds=seconds)


def monitor(detector: Value, signal: str = "latency_ms", source: Source = "answers", **more: Any) -> MonitorDefined:
    """A definition."""
    given = {"name": "mine", "tenant": "acme", "at": NOON, "source": source, "signal": signal, "detector": detector}
    return MonitorDefined.model_validate({**given, **more})


class Watcher:
    """The step with its state, and all that it told."""

    def __init__(self, *definitions: MonitorDefined, source: Source = "answers") -> None:
        self.state: Watched | None = None
        self.source: Source = source
        self.number = 0
        self.told: list[Any] = []
        for definition in definitions:
            self.open(definition=definition)

    def open(self, **what: Any) -> list[Any]:
        """A definition or a baseline comes."""
        self.number += 1
        return self.take(MonitorOpened(event_id=f"o{self.number}", tenant="acme", at=NOON, source=self.source, **what))

    def see(self, seconds: float, labels: dict[str, str] | None = None, **values: float) -> list[Any]:
        """An observation so long after noon."""
        self.number += 1
        return self.take(
            SignalsObserved(
                event_id=f"s{self.number}",
                tenant="acme",
                at=at(seconds),
                source=self.source,
                values=values,
                labels=labels or {},
            )
        )

    def tick(self, seconds: float) -> list[Any]:
        """Nothing came until so long after noon."""
        self.number += 1
        return self.take(
            WatchTicked(event_id=f"t{self.number}", tenant="acme", at=at(seconds), slot=f"acme/{self.source}")
        )

    def take(self, event: Any) -> list[Any]:
        """Any event."""
        state, told = watch(self.state, event)
        if state is not None:
            state = Watched.model_validate_json(state.model_dump_json())
        self.state = state
        self.told += told
        return list(told)

    def kinds(self) -> list[str]:
        """What was told, in words: `+mine` for raised, `-mine` for cleared."""
        return [("+" if each.type == "ConditionRaised" else "-") + each.name for each in self.told]


def names(events: list[Event]) -> list[str]:
    """Of conditions, with a sign."""
    return [("+" if type(each).__name__ == "ConditionRaised" else "-") + each.name for each in events]  # type: ignore[attr-defined]
