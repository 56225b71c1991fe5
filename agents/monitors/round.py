"""One event's way through the monitors of a source: states of detectors in, their next states and what to tell out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from agents.monitors import telling
from agents.monitors.detecting import Observation, Reading
from agents.monitors.known_causes import in_words
from agents.monitors.plan import Plan, Watching, key_of
from agents.monitors.registry import CAUSES, DetectorState
from agents.monitors.state import MAX_NAMES, Causes, Watched
from agents.monitors.telling import Occasion
from schemas.conditions import ConditionRaised
from schemas.event import Event

WELL_AGAIN: Final = 100
"""Observations after which a detector that had failed counts as well."""


@dataclass
class Round:
    """Collects what changes. The state that it began with stays as it is."""

    plan: Plan
    now: Occasion
    detectors: dict[str, DetectorState]
    raised: dict[str, ConditionRaised]
    broken: dict[str, int]
    causes: Causes
    told: list[Event] = field(default_factory=list)

    @classmethod
    def of(cls, state: Watched, plan: Plan, now: Occasion) -> "Round":
        """Nothing has changed yet, but for what the plan no longer has, or has otherwise."""
        begun = cls(plan, now, dict(state.detectors), dict(state.raised), dict(state.broken), state.causes)
        if state.fitted != plan.digest:
            begun.fit(state.versions)
        for key in [each for each in begun.raised if each not in begun.detectors and not each.endswith("!")]:
            begun.anew(key, None, "is looked at afresh")  # by a version that cannot read what another one kept
        return begun

    def observe(self, monitor: Watching, signal: str, seen: Observation) -> None:
        """Show an observation to the monitor's detector of that signal."""
        key = key_of(monitor, signal)
        state = self.detectors.get(key)
        if state is None:
            if monitor.wild and len(self.keys_of(monitor.name)) >= MAX_NAMES:
                return
            state = monitor.detector.start(monitor.asked)
        share = monitor.share
        if monitor.wild and share < 1.0:
            share /= max(1, len(self.keys_of(monitor.name)))
        try:
            state, reading = monitor.detector.observe(state, monitor.asked, seen, share)
        except Exception as error:  # noqa: BLE001 - a bug in one detector must not take its neighbours away
            self._failed(monitor, signal, error)
            return
        self.detectors[key] = state
        if reading is not None:
            self._read(monitor, signal, reading)
        if key in self.broken:
            self._went_well(key)

    def tick(self, key: str) -> None:
        """Let time pass for one detector."""
        name, _, signal = key.partition("/")
        monitor = self.plan.by_name[name]
        signal = signal or monitor.definition.signal
        try:
            state, reading = monitor.detector.tick(self.detectors[key], monitor.asked, self.now.at)
        except Exception as error:  # noqa: BLE001 - as above
            self._failed(monitor, signal, error)
            return
        self.detectors[key] = state
        if reading is not None:
            self._read(monitor, signal, reading)

    def anew(self, key: str, state: DetectorState | None, summary: str) -> None:
        """Go on from another state, from nothing if None; what was told no longer holds."""
        if state is None:
            self.detectors.pop(key, None)
        else:
            self.detectors[key] = state
        for each in (key, _broken(key)):
            if (held := self.raised.pop(each, None)) is not None:
                self.told.append(telling.withdrawn(held, summary, self.now))
        self.broken.pop(key, None)

    def keys_of(self, name: str) -> list[str]:
        """Where the detectors of a monitor are."""
        return [key for key in self.detectors if key.partition("/")[0] == name]

    def fit(self, versions: Mapping[str, str]) -> None:
        """What is no longer watched, or otherwise, goes; what is only told otherwise is told again."""
        for key in dict.fromkeys([*self.detectors, *(each.removesuffix("!") for each in self.raised)]):
            monitor = self.plan.by_name.get(key.partition("/")[0])
            if monitor is None:
                self.anew(key, None, "is no longer watched")
            elif versions.get(monitor.name) != monitor.version:
                self.anew(key, None, "is watched otherwise from now on")
            elif (held := self.raised.get(key)) is not None:
                told = telling.retold(held, monitor.definition, self.now)
                if told.model_copy(update={"event_id": held.event_id, "at": held.at}) != held:
                    self.raised[key] = told
                    self.told.append(told)

    def _read(self, monitor: Watching, signal: str, reading: Reading) -> None:
        key = key_of(monitor, signal)
        if reading.status == "breached" and key not in self.raised:
            known = in_words(self.causes, self.now.at) if monitor.definition.detector.kind in CAUSES else {}
            told = telling.raised(monitor.definition, signal, reading, known, self.now)
            self.raised[key] = told
            self.told.append(told)
        elif reading.status == "normal" and self.raised.pop(key, None) is not None:
            self.told.append(telling.cleared(monitor.definition, signal, reading, self.now))

    def _failed(self, monitor: Watching, signal: str, error: Exception) -> None:
        """The detector begins anew, and somebody is told, once."""
        key = key_of(monitor, signal)
        self.detectors.pop(key, None)
        if (held := self.raised.pop(key, None)) is not None:
            self.told.append(telling.withdrawn(held, "is looked at afresh, since its detector failed", self.now))
        self.broken[key] = 0
        if _broken(key) not in self.raised:
            told = telling.broken(monitor.definition, signal, error, self.now)
            self.raised[_broken(key)] = told
            self.told.append(told)

    def _went_well(self, key: str) -> None:
        self.broken[key] += 1
        if self.broken[key] >= WELL_AGAIN:
            del self.broken[key]
            if (held := self.raised.pop(_broken(key), None)) is not None:
                self.told.append(telling.withdrawn(held, "works again", self.now))


def _broken(key: str) -> str:
    return f"{key}!"
