"""The topic of dead letters in, those that somebody asks for out."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from schemas.operations import DeadLettered
from streams.client_reader import TopicReader
from streams.codec import decode
from streams.topics import DEAD_LETTERS, TopicNames


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


async def letters(bootstrap: str, names: TopicNames, wanted: Wanted) -> Sequence[DeadLettered]:
    """All that match, oldest first, each id once: a redelivered record is dead-lettered again under the same id."""
    found: dict[str, DeadLettered] = {}
    async for letter in _all(bootstrap, names):
        if wanted.matches(letter):
            found[letter.event_id] = letter
    return list(found.values())


async def _all(bootstrap: str, names: TopicNames) -> AsyncIterator[DeadLettered]:
    async with TopicReader.of(bootstrap, names, (DEAD_LETTERS,)) as reader:
        ends = await reader.ends()
        reader.seek(await reader.beginnings())
        async for record in reader.records_until(ends):
            letter = decode(record, DEAD_LETTERS)
            if isinstance(letter, DeadLettered):
                yield letter
