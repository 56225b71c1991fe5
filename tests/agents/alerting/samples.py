"""Conditions of a story in seconds after noon, and a tenant whose alerts can be asked for."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agents.alerting import Alerting, alert, due
from schemas.conditions import AlertingTicked, ConditionCleared, ConditionRaised, SilenceOpened
from schemas.event import Event, derive_id
from schemas.operations import AlertFired, AlertSilenced
from tests.streams.samples import NOON


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def seconds(moment: datetime) -> float:
    return (moment - NOON).total_seconds()


def raised(when: float, name: str = "slow", *, since: float | None = None, who: str = "", **fields) -> ConditionRaised:
    print_ = f"{name}{who}"
    return ConditionRaised(
        event_id=derive_id("raised", print_, str(when)),
        at=at(when),
        fingerprint=print_,
        name=name,
        since=at(when if since is None else since),
        **fields,
    )


def cleared(
    when: float, name: str = "slow", *, since: float | None = None, who: str = "", **fields
) -> ConditionCleared:
    print_ = f"{name}{who}"
    return ConditionCleared(
        event_id=derive_id("cleared", print_, str(when)),
        at=at(when),
        fingerprint=print_,
        name=name,
        since=at(when if since is None else since),
        **fields,
    )


def ticked(when: float) -> AlertingTicked:
    return AlertingTicked(at=at(when), slot="default")


def silenced(when: float, until: float, *match: str, name: str = "quiet") -> SilenceOpened:
    silence = AlertSilenced(silence=name, at=at(when), match=match or ("name=*",), until=at(until))
    return SilenceOpened(at=at(when), silence=silence)


@dataclass
class Tenant:
    """Takes events in order, with a tick before each whenever the timer has something to say."""

    every_s: float = 2.0
    state: Alerting | None = None
    told: list[Event] = field(default_factory=list)
    now: float = 0.0
    ticks: int = 0

    def take(self, *events: Event) -> "Tenant":
        for event in events:
            self.wait_until(seconds(event.at))
            self.give(event)
        return self

    def give(self, event: Event) -> None:
        self.state, told = alert(self.state, event)
        self.told += told

    def wait_until(self, when: float) -> "Tenant":
        while self.now + self.every_s <= when:
            self.now += self.every_s
            if self.state is not None:
                for tick in due("default", self.state, at(self.now)):
                    self.ticks += 1
                    self.give(tick)
        return self

    @property
    def story(self) -> list[tuple[str, str, float]]:
        """`fired`, `again`, `resolved` or `occurred`, the alert, and when it was told."""
        return [(_kind(each), each.alert, seconds(each.at)) for each in self.told]


def _kind(event: Event) -> str:
    if not isinstance(event, AlertFired):
        return "resolved"
    return "occurred" if event.once else "again" if event.repeated else "fired"
