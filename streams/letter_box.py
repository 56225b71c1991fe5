"""The topic of dead letters in, those that somebody asks for out."""

from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.operations import DeadLettered
from streams.client_reader import TopicReader
from streams.codec import decode
from streams.records import Outgoing
from streams.topics import DEAD_LETTERS, TopicNames

MOST_IN_A_GROUP: Final = 100


@dataclass(frozen=True)
class Wanted:
    """Which dead letters: all that nothing here rules out."""

    ids: tuple[str, ...] = ()
    """Whole ids, or beginnings of ids."""
    stage: str | None = None
    reason: str | None = None
    """A piece of the reason or of the error's class, in any case."""

    def matches(self, letter: DeadLettered) -> bool:
        if self.ids and not letter.event_id.startswith(self.ids):
            return False
        if self.stage is not None and letter.stage != self.stage:
            return False
        said = f"{letter.error}: {letter.reason}".casefold()
        return self.reason is None or self.reason.casefold() in said


async def letters(bootstrap: str, names: TopicNames, wanted: Wanted) -> AsyncIterator[DeadLettered]:
    """All that match, oldest first, each id once: a redelivered record is dead-lettered again under the same id.

    A letter can have 12 MiB and there are 90 days of them, so that none is kept here, only the ids.
    """
    seen: set[str] = set()
    async with TopicReader.of(bootstrap, names, (DEAD_LETTERS,)) as reader:
        ends = await reader.ends()
        reader.seek(await reader.beginnings())
        async for record in reader.records_until(ends):
            letter = decode(record, DEAD_LETTERS)
            if isinstance(letter, DeadLettered) and wanted.matches(letter) and letter.event_id not in seen:
                seen.add(letter.event_id)
                yield letter


async def newest(found: AsyncIterator[DeadLettered], limit: int) -> tuple[int, Sequence[DeadLettered]]:
    """How many there are, and the last `limit` of them, newest first, without the bytes that they hold."""
    total = 0
    kept: deque[DeadLettered] = deque(maxlen=limit)
    async for letter in found:
        total += 1
        kept.appendleft(letter.model_copy(update={"key": None, "value": None, "headers": ()}))
    return total, tuple(kept)


async def in_groups(records: AsyncIterator[Outgoing], max_bytes: int) -> AsyncIterator[Sequence[Outgoing]]:
    """Records together as long as their values have at most `max_bytes`; a larger one comes alone."""
    group: list[Outgoing] = []
    size = 0
    async for record in records:
        length = len(record.value or b"")
        if group and (size + length > max_bytes or len(group) == MOST_IN_A_GROUP):
            yield group
            group, size = [], 0
        group.append(record)
        size += length
    if group:
        yield group
