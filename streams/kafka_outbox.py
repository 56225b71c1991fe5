"""Outgoing records in, delivery confirmed out: one idempotent producer per process."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, ClassVar, Final, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from schemas.failures import PermanentError, TransientError
from streams.records import Outgoing
from streams.topic import MIB

MAX_REQUEST_BYTES: Final = 16 * MIB
REQUEST_TIMEOUT_MS: Final = 30_000
TOO_LARGE: Final = (MessageSizeTooLargeError, RecordListTooLargeError)


class KafkaUnwellError(TransientError):
    """Kafka did not confirm what it was sent."""

    dependency: ClassVar[str] = "kafka"


class KafkaOutbox:
    """Sends with `acks=all` and idempotence, so that a retried request neither repeats nor reorders records."""

    def __init__(self, bootstrap: str, client_id: str) -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect. Raises `TransientError` when no broker answers."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client_id,
            acks="all",
            enable_idempotence=True,
            max_request_size=MAX_REQUEST_BYTES,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
        )
        try:
            await producer.start()
        except KafkaError as error:
            await producer.stop()
            raise KafkaUnwellError(f"no Kafka broker answers at {self._bootstrap}: {error}") from error
        self._producer = producer

    async def stop(self) -> None:
        """Send what is buffered, then disconnect."""
        if self._producer is not None:
            producer, self._producer = self._producer, None
            await producer.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def send(self, records: Sequence[Outgoing]) -> None:
        """Deliver all. Raises `TransientError` when that is not known, `PermanentError` for a record too large."""
        await self.deliver(records)

    async def deliver(self, records: Sequence[Outgoing]) -> Sequence[tuple[int, int]]:
        """As `send`; gives back (partition, offset) of each."""
        if self._producer is None:
            raise KafkaUnwellError("the Kafka producer is not connected")
        results = await _sent(self._producer, records)
        errors = [result for result in results if isinstance(result, BaseException)]
        for error in errors:
            if isinstance(error, TOO_LARGE):
                raise PermanentError(f"a record is larger than Kafka takes: {error}") from error
        for error in errors:
            if isinstance(error, KafkaError):
                raise KafkaUnwellError(f"Kafka did not confirm delivery: {type(error).__name__}: {error}") from error
            raise error
        return [(metadata.partition, metadata.offset) for metadata in results]


async def _sent(producer: AIOKafkaProducer, records: Sequence[Outgoing]) -> list[Any]:
    """What became of each record, metadata or error. Nothing is in flight any more, so a retry comes after it."""
    pending: list[Any] = []
    refused: list[Exception] = []
    for record in records:
        try:
            pending.append(
                await producer.send(
                    record.topic,
                    value=record.value,
                    key=record.key,
                    partition=record.partition,
                    headers=list(record.headers.items()),
                )
            )
        except KafkaError as error:
            refused.append(error)
            break
    return [*await asyncio.gather(*pending, return_exceptions=True), *refused]
