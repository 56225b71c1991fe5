"""Topics in, their records out, for readers that belong to no group: nothing is committed, nobody is rebalanced."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from schemas.failures import ConfigurationError, TransientError
from streams.records import Record, instant
from streams.topic import MIB, Topic
from streams.topics import TopicNames

Positions = Mapping[TopicPartition, int]
"""Next offset to read, per partition."""

MAX_PARTITION_FETCH: Final = 16 * MIB
"""Bytes; more than the largest record that any topic takes, dead letters included."""
MAX_FETCH: Final = 32 * MIB
POLL_MS: Final = 1_000


class TopicReader:
    """Reads all partitions of some topics, from positions that the caller chooses."""

    def __init__(self, bootstrap: str, partitions: Mapping[str, int]) -> None:
        """`partitions` gives each topic's name on Kafka and how many partitions it has."""
        self._bootstrap = bootstrap
        self._topics = tuple(partitions)
        self._partitions = [TopicPartition(topic, each) for topic, count in partitions.items() for each in range(count)]
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=MAX_PARTITION_FETCH,
            fetch_max_bytes=MAX_FETCH,
        )

    @classmethod
    def of(cls, bootstrap: str, names: TopicNames, topics: Sequence[Topic]) -> Self:
        """A reader of topics of the table."""
        return cls(bootstrap, {names.wire(topic): topic.partitions for topic in topics})

    async def __aenter__(self) -> Self:
        """Connect.

        Raises `TransientError` when no broker answers, `ConfigurationError` when a topic does not exist.
        """
        try:
            await self._consumer.start()
            existing = await self._consumer.topics()
        except (KafkaError, OSError) as error:
            await self._consumer.stop()
            raise TransientError(f"no Kafka broker answers at {self._bootstrap}: {error}") from error
        missing = [topic for topic in self._topics if topic not in existing]
        if missing:
            await self._consumer.stop()
            raise ConfigurationError(
                f"the Kafka at {self._bootstrap} has no topic {', '.join(missing)}: `ragstream up` makes them"
            )
        self._consumer.assign(self._partitions)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._consumer.stop()

    async def beginnings(self) -> Positions:
        """The oldest record of each partition. Raises `TransientError` when Kafka does not say."""
        found: Positions = await self._offsets(self._consumer.beginning_offsets)
        return found

    async def ends(self) -> Positions:
        """Where the next record of each partition will lie. Raises `TransientError` when Kafka does not say."""
        found: Positions = await self._offsets(self._consumer.end_offsets)
        return found

    async def since(self, at: datetime) -> Positions:
        """The first record of each partition that is not older than `at`, or the end where there is none.

        Raises `TransientError` when Kafka does not say.
        """
        milliseconds = max(0, int(at.timestamp() * 1_000))
        asked = dict.fromkeys(self._partitions, milliseconds)
        found = await self._offsets(lambda _: self._consumer.offsets_for_times(asked))
        ends = await self.ends()
        return {each: ends[each] if found[each] is None else found[each].offset for each in self._partitions}

    def seek(self, positions: Positions) -> None:
        """Read on from `positions`; a partition that is not named there stays where it is."""
        for partition, offset in positions.items():
            self._consumer.seek(partition, offset)

    def rest(self) -> None:
        """Fetch nothing: for a reader that is only asked where topics begin and end."""
        self._consumer.pause(*self._partitions)

    async def records(self) -> AsyncIterator[Record]:
        """Every record from the sought positions on, without end; partitions in no particular order."""
        while True:
            for record in await self._poll():
                yield record

    async def records_until(self, ends: Positions) -> AsyncIterator[Record]:
        """Every record below `ends`, from the sought positions on."""
        while await self._behind(ends):
            for record in await self._poll():
                if record.offset < ends[TopicPartition(record.topic, record.partition)]:
                    yield record

    async def holding(self, starts: Positions, ends: Positions) -> set[TopicPartition]:
        """The partitions of `starts` with a record from there up to their end.

        Offsets alone do not say: a transaction's end, and what compaction took away, are offsets without a record.
        """
        self._consumer.pause(*(each for each in self._partitions if each not in starts))
        self.seek(starts)
        found: set[TopicPartition] = set()
        waiting = set(starts)
        while waiting:
            for record in await self._poll():
                partition = TopicPartition(record.topic, record.partition)
                if record.offset < ends[partition]:
                    found.add(partition)
            for partition in list(waiting):
                if partition in found or await self._consumer.position(partition) >= ends[partition]:
                    waiting.discard(partition)
        return found

    async def _behind(self, ends: Positions) -> bool:
        for partition, end in ends.items():
            # The position also moves over what compaction and transactions left as gaps.
            if await self._consumer.position(partition) < end:
                return True
        return False

    async def _poll(self) -> list[Record]:
        try:
            batches: Mapping[TopicPartition, Sequence[Any]] = await self._consumer.getmany(timeout_ms=POLL_MS)
        except KafkaError as error:
            raise TransientError(f"reading from Kafka failed: {type(error).__name__}: {error}") from error
        return [_record(message) for batch in batches.values() for message in batch]

    async def _offsets(self, ask: Any) -> Any:
        try:
            found = await ask(self._partitions)
        except KafkaError as error:
            raise TransientError(f"Kafka does not say how long its topics are: {error}") from error
        return found


def _record(message: Any) -> Record:
    at = instant(message.timestamp)
    return Record(
        message.topic, message.partition, message.offset, message.key, message.value, tuple(message.headers), at
    )
