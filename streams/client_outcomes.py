"""Receipts of documents in, what became of each out, read from the index log and the dead letters."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from aiokafka import TopicPartition

from schemas.chunks import ChunksPlanned
from schemas.event import EPOCH, Event
from schemas.index_log import DocumentIndexed, DocumentSkipped
from schemas.operations import DeadLettered
from streams.client_reader import Positions, TopicReader
from streams.client_values import NotInTimeError, Outcome, Receipt
from streams.codec import decode
from streams.records import Record
from streams.topics import CHUNKS, DEAD_LETTERS, DOCUMENTS, INDEX_LOG, TopicNames

Position = tuple[str, int, int]
"""Topic, partition and offset of a record."""


async def outcomes_of(
    receipts: Sequence[Receipt], bootstrap: str, names: TopicNames, timeout_s: float | None
) -> AsyncIterator[Outcome]:
    """One outcome per receipt, in the order in which they become known.

    Raises `NotInTimeError` when some are still unknown after `timeout_s` seconds.
    """
    waiting = {receipt.position: receipt for receipt in receipts}
    deadline = None if timeout_s is None else asyncio.get_running_loop().time() + timeout_s
    if not waiting:
        return
    async with TopicReader.of(bootstrap, names, (INDEX_LOG, DEAD_LETTERS)) as reader:
        reader.seek(earliest(receipts))
        records = reader.records()
        while waiting:
            try:
                async with asyncio.timeout_at(deadline):
                    record = await anext(records)
            except TimeoutError:
                raise NotInTimeError(
                    f"{len(waiting)} of {len(receipts)} documents were not in the index after {timeout_s:g} s; "
                    "they are on Kafka and will be indexed: see `ragstream status`"
                ) from None
            event = decode(record, names.topic(record.topic))
            position = concerned(event, names) if isinstance(event, Event) else None
            receipt = None if position is None else waiting.pop(position, None)
            if receipt is not None and isinstance(event, DocumentIndexed | DocumentSkipped | DeadLettered):
                yield Outcome(receipt, event)


def earliest(receipts: Sequence[Receipt]) -> Positions:
    """Where to begin so that no receipt's outcome is missed."""
    found: dict[TopicPartition, int] = {}
    for before in {id(receipt.before): receipt.before for receipt in receipts}.values():
        for partition, offset in before.items():
            found[partition] = min(offset, found.get(partition, offset))
    return found


def concerned(event: Event, names: TopicNames) -> Position | None:
    """The document record that an event of the index log, or a dead letter, tells of."""
    if isinstance(event, DocumentIndexed | DocumentSkipped):
        return event.origin.topic, event.origin.partition, event.origin.offset
    if not isinstance(event, DeadLettered):
        return None
    if event.topic == names.wire(DOCUMENTS):
        return event.topic, event.partition, event.offset
    if event.topic == names.wire(CHUNKS):
        planned = decode(Record(event.topic, event.partition, event.offset, event.key, event.value, (), EPOCH), CHUNKS)
        if isinstance(planned, ChunksPlanned):
            return planned.origin.topic, planned.origin.partition, planned.origin.offset
    return None
