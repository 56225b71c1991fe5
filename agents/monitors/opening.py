"""The topic of monitors in; definitions, baselines and silences, in order with what they are about, out.

A definition goes to every source of its tenant: one that had a monitor of that name, a default perhaps, has to let go.
"""

from collections.abc import Sequence
from typing import TypeAlias

from schemas.conditions import SilenceOpened
from schemas.event import Event, derive_id
from schemas.monitors import SOURCES, BaselineSet, MonitorDefined, MonitorOpened
from schemas.operations import AlertSilenced

Published: TypeAlias = MonitorDefined | BaselineSet | AlertSilenced


async def open_monitors(event: Published) -> Sequence[Event]:
    """The handler. Its outputs have the same ids whenever the event comes again."""
    event_id = derive_id("opened", event.tenant, event.slot, event.event_id)
    if isinstance(event, AlertSilenced):
        return (SilenceOpened(event_id=event_id, tenant=event.tenant, at=event.at, silence=event),)
    return [
        MonitorOpened(
            event_id=derive_id(event_id, source),
            tenant=event.tenant,
            at=event.at,
            source=source,
            definition=event if isinstance(event, MonitorDefined) else None,
            baseline=event if isinstance(event, BaselineSet) else None,
        )
        for source in SOURCES
    ]
