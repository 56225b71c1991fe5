"""The topic of prompts in, the book of them and what is wrong with some out, for commands that only look."""

from dataclasses import dataclass, field

from schemas.prompts import PromptLabelled, PromptPublished
from streams.control_events import ControlEvents
from streams.control_reader import read_to_end
from streams.prompt_book import InMemoryPromptBook
from streams.topics import TopicNames


@dataclass
class PromptLog:
    """What the topic says, read once."""

    book: InMemoryPromptBook = field(default_factory=InMemoryPromptBook)
    problems: tuple[str, ...] = ()
    """A sentence for each record that could not be followed."""


async def read_prompts(bootstrap: str, names: TopicNames) -> PromptLog:
    """All that was published up to now. Raises what `TopicReader` raises."""
    log = PromptLog()
    events = ControlEvents({PromptPublished: log.book.apply, PromptLabelled: log.book.apply}, names)
    await read_to_end(bootstrap, events)
    log.problems = tuple(events.problems)
    return log
