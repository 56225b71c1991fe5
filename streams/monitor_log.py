"""The topic of monitors in, the book of them out; the changelog of what is watched in, how things stand now out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.monitors import Watched
from schemas.monitors import BaselineSet, MonitorDefined
from schemas.operations import AlertSilenced
from streams.changelog import read_changelog
from streams.control_events import ControlEvents
from streams.control_reader import read_to_end
from streams.monitor_book import InMemoryMonitorBook
from streams.roles import WATCHED
from streams.state import Stored
from streams.topics import TopicNames


@dataclass
class MonitorLog:
    """What the topics say, read once."""

    book: InMemoryMonitorBook = field(default_factory=InMemoryMonitorBook)
    problems: tuple[str, ...] = ()
    """A sentence for each record that could not be followed."""


async def read_monitors(bootstrap: str, names: TopicNames) -> MonitorLog:
    """All that was published up to now. Raises what `TopicReader` raises."""
    log = MonitorLog()
    kinds = (MonitorDefined, BaselineSet, AlertSilenced)
    events = ControlEvents(dict.fromkeys(kinds, log.book.apply), names)
    await read_to_end(bootstrap, events)
    log.problems = tuple(events.problems)
    return log


async def read_watched(bootstrap: str, names: TopicNames, tenant: str) -> Mapping[str, Watched]:
    """What the role `watch` knows of a tenant now, by source. Raises what `TopicReader` raises."""
    stored = await read_changelog(bootstrap, names, WATCHED)
    states = {key.decode("utf-8").partition("/"): value for key, value in stored.items()}
    return {
        source: Stored[Watched].model_validate_json(value).state
        for (whose, _, source), value in states.items()
        if whose == tenant
    }
