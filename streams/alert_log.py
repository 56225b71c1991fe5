"""What is kept of alerts on Kafka in; how things stand, and the alerts that somebody asks for, out.

The changelog of the alert stage has the state of each tenant. So what fires is shown with all that followed from it
since it was told, and what is not told yet is shown, too.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from agents.alerting import Alerting
from agents.alerting.rounds import silenced
from agents.alerting.telling import standing
from agents.matchers import fits
from schemas.operations import AlertFired, AlertResolved, Matcher
from streams.changelog import read_changelog
from streams.client_reader import TopicReader
from streams.codec import decode
from streams.records import Record
from streams.roles import ALERTED
from streams.state import Stored
from streams.topics import ALERTS, TopicNames

Told: TypeAlias = AlertFired | AlertResolved
Phase: TypeAlias = Literal["firing", "silenced", "pending"]


@dataclass(frozen=True)
class Wanted:
    """Which alerts: all that nothing here rules out."""

    tenant: str | None = None
    matchers: tuple[Matcher, ...] = ()

    def wants(self, alert: Told) -> bool:
        """Whether it is one of them."""
        return self.tenant in {None, alert.tenant} and fits(self.matchers, alert.alert, alert.severity, alert.labels)


ALL: Final = Wanted()


@dataclass(frozen=True)
class Standing:
    """A condition that holds and is the consequence of no other."""

    phase: Phase
    alert: AlertFired
    """As it was told last, or would be told, with what has followed from it by now."""


async def read_standings(bootstrap: str, names: TopicNames, now: datetime, wanted: Wanted = ALL) -> list[Standing]:
    """How things stand, the oldest first. Raises what `TopicReader` raises."""
    return standings(await read_changelog(bootstrap, names, ALERTED), now, wanted)


def standings(states: Mapping[bytes, bytes], now: datetime, wanted: Wanted = ALL) -> list[Standing]:
    """The same of stored states, which are kept by tenant."""
    found: list[Standing] = []
    for value in states.values():
        found += _standings(Stored[Alerting].model_validate_json(value).state, now)
    return sorted(
        filter(lambda each: wanted.wants(each.alert), found),
        key=lambda each: (each.alert.started_at, each.alert.fingerprint),
    )


def _standings(state: Alerting, now: datetime) -> list[Standing]:
    follows = {each for entry in state.open.values() for each in entry.consequences}
    found: list[Standing] = []
    for entry in state.open.values():
        if entry.told:
            found.append(Standing("firing", standing(entry)))
        elif entry.fingerprint not in follows and entry.cleared is None:
            phase: Phase = "silenced" if silenced(entry, state.silences, now) else "pending"
            found.append(Standing(phase, standing(entry)))
    return found


async def read_alerts(
    bootstrap: str, names: TopicNames, since: datetime, wanted: Wanted = ALL, *, follow: bool = False
) -> AsyncIterator[Told]:
    """Alerts since a time, each once, up to now; with `follow` also those that come, without end.

    Raises what `TopicReader` raises.
    """
    async with TopicReader.of(bootstrap, names, (ALERTS,)) as reader:
        ends = await reader.ends()
        reader.seek(await reader.since(since))
        records = reader.records() if follow else reader.records_until(ends)
        async for alert in alerts_in(records, wanted):
            yield alert


async def alerts_in(records: AsyncIterator[Record], wanted: Wanted = ALL) -> AsyncIterator[Told]:
    """The alerts that are wanted; one that was delivered again has the same id and comes once."""
    seen: set[str] = set()
    async for record in records:
        alert = decode(record, ALERTS)
        if not isinstance(alert, AlertFired | AlertResolved) or not wanted.wants(alert):
            continue
        if alert.event_id not in seen:
            seen.add(alert.event_id)
            yield alert
