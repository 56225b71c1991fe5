"""The topic of alerts in; those that somebody asks for, and what fires now, out."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from schemas.operations import AlertFired, AlertResolved
from streams.client_reader import TopicReader
from streams.codec import decode
from streams.records import Record
from streams.topics import ALERTS, TopicNames

Told: TypeAlias = AlertFired | AlertResolved


@dataclass
class Firing:
    """What fires, by tenant and fingerprint, after some alerts in their order."""

    _open: dict[tuple[str, str], AlertFired] = field(default_factory=dict)

    def add(self, alert: Told) -> None:
        """Take one alert in; an occurrence fires for no time at all."""
        key = alert.tenant, alert.fingerprint
        if isinstance(alert, AlertResolved):
            self._open.pop(key, None)
        elif not alert.once:
            self._open[key] = alert

    def now(self) -> list[AlertFired]:
        """All that fires as it was told last, the oldest first."""
        return sorted(self._open.values(), key=lambda each: (each.started_at, each.fingerprint))


async def read_alerts(
    bootstrap: str, names: TopicNames, tenant: str | None = None, *, follow: datetime | None = None
) -> AsyncIterator[Told]:
    """Alerts in their order, each once; of one tenant or of all.

    Up to now all that are kept; with `follow` those whose records are not older, and then without end those that come.
    Raises what `TopicReader` raises.
    """
    async with TopicReader.of(bootstrap, names, (ALERTS,)) as reader:
        ends = await reader.ends()
        reader.seek(await reader.beginnings() if follow is None else await reader.since(follow))
        records = reader.records_until(ends) if follow is None else reader.records()
        async for alert in alerts_in(records, tenant):
            yield alert


async def alerts_in(records: AsyncIterator[Record], tenant: str | None) -> AsyncIterator[Told]:
    """The alerts of one tenant or of all; one that was delivered again has the same id and comes once."""
    seen: set[str] = set()
    async for record in records:
        alert = decode(record, ALERTS)
        if not isinstance(alert, AlertFired | AlertResolved) or tenant not in {None, alert.tenant}:
            continue
        if alert.event_id not in seen:
            seen.add(alert.event_id)
            yield alert
