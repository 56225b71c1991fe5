"""Definitions of monitors, baselines and silences as published in, what is in force out: for those who look."""

from collections.abc import Sequence
from datetime import datetime

from agents.monitors import DEFAULTS
from schemas.monitors import BaselineSet, MonitorDefined
from schemas.operations import AlertSilenced


class InMemoryMonitorBook:
    """What each tenant defined, beside the monitors that everybody has."""

    def __init__(self) -> None:
        self._defined: dict[tuple[str, str], MonitorDefined] = {}
        self._baselines: dict[tuple[str, str], BaselineSet] = {}
        self._silences: dict[tuple[str, str], AlertSilenced] = {}

    def apply(self, event: MonitorDefined | BaselineSet | AlertSilenced) -> None:
        """Put it in force; the latest of a name counts."""
        match event:
            case MonitorDefined():
                self._defined[event.tenant, event.name] = event
            case BaselineSet():
                self._baselines[event.tenant, event.slot] = event
            case AlertSilenced():
                self._silences[event.tenant, event.silence] = event

    def find(self, tenant: str, name: str) -> MonitorDefined | None:
        """A tenant's own monitor, or the default of that name."""
        usual = next((each for each in DEFAULTS if each.name == name), None)
        return self._defined.get((tenant, name)) or (usual and usual.model_copy(update={"tenant": tenant}))

    def is_default(self, tenant: str, name: str) -> bool:
        """Whether nobody defined it."""
        return (tenant, name) not in self._defined

    def all(self, tenant: str) -> Sequence[MonitorDefined]:
        """Those that a tenant has, by name; disabled ones too."""
        names = {each.name for each in DEFAULTS} | {name for whose, name in self._defined if whose == tenant}
        return [each for name in sorted(names) if (each := self.find(tenant, name)) is not None]

    def own(self, tenant: str) -> Sequence[MonitorDefined]:
        """Those that a tenant defined."""
        return [each for (whose, _), each in sorted(self._defined.items()) if whose == tenant]

    def baselines(self, tenant: str, name: str) -> Sequence[BaselineSet]:
        """The last of each name that was set for a monitor."""
        found = [each for (whose, _), each in self._baselines.items() if whose == tenant and each.monitor == name]
        return sorted(found, key=lambda each: each.baseline)

    def silences(self, tenant: str, now: datetime) -> Sequence[AlertSilenced]:
        """Those that are not over, by name."""
        return [each for (whose, _), each in sorted(self._silences.items()) if whose == tenant and each.until > now]
