"""The topic of subscriptions in, the book of them and what is wrong with some out, for commands that only look."""

from dataclasses import dataclass, field

from schemas.notifications import SubscriptionChanged
from streams.control_events import ControlEvents
from streams.control_reader import read_to_end
from streams.subscription_book import InMemorySubscriptionBook
from streams.topics import TopicNames


@dataclass
class SubscriptionLog:
    """What the topic says, read once."""

    book: InMemorySubscriptionBook = field(default_factory=InMemorySubscriptionBook)
    problems: tuple[str, ...] = ()
    """A sentence for each record that could not be followed."""


async def read_subscriptions(bootstrap: str, names: TopicNames) -> SubscriptionLog:
    """All that was published up to now. Raises what `TopicReader` raises."""
    log = SubscriptionLog()
    events = ControlEvents({SubscriptionChanged: log.book.apply}, names)
    await read_to_end(bootstrap, events)
    log.problems = tuple(events.problems)
    return log
