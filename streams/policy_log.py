"""The topic of policies in, the policies in force and what is wrong with others out, for commands that only look."""

from collections.abc import AsyncIterable
from dataclasses import dataclass, field

from schemas.failures import ConfigurationError
from schemas.guardrails import PolicyPublished
from streams.client_reader import TopicReader
from streams.codec import Malformed, decode
from streams.policy_book import InMemoryPolicyBook
from streams.records import Record
from streams.topics import POLICIES, TopicNames


@dataclass
class PolicyLog:
    """What the topic says, read once."""

    book: InMemoryPolicyBook = field(default_factory=InMemoryPolicyBook)
    wrong: dict[bytes | None, str] = field(default_factory=dict)
    """A sentence for each key whose last record could not be followed."""

    @property
    def problems(self) -> list[str]:
        """What could not be followed. A record that can be, or a null value under the same key, takes it back."""
        return list(self.wrong.values())


async def read_policies(bootstrap: str, names: TopicNames) -> PolicyLog:
    """All that was published up to now. Raises what `TopicReader` raises."""
    async with TopicReader.of(bootstrap, names, (POLICIES,)) as reader:
        ends = await reader.ends()
        reader.seek(await reader.beginnings())
        return await collect(reader.records_until(ends))


async def collect(records: AsyncIterable[Record]) -> PolicyLog:
    """Apply records in order, as a worker does."""
    log = PolicyLog()
    async for record in records:
        log.wrong.pop(record.key, None)  # compaction will take that record away
        if record.value is None:  # what compaction leaves of a policy that was taken away by hand
            continue
        event = decode(record, POLICIES)
        if isinstance(event, Malformed):
            log.wrong[record.key] = f"the record at offset {record.offset} is no policy: {event.reason}"
        elif isinstance(event, PolicyPublished):
            try:
                log.book.apply(event)
            except ConfigurationError as error:
                log.wrong[record.key] = str(error)
    return log
