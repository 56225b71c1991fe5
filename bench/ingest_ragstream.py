"""Documents in, seconds until the index log has all of them out: a plain Kafka client before a running ragstream."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import TopicPartition

from bench.ingest_corpus import Document
from schemas.embedding_text import embedding_text
from streams.client_reader import TopicReader
from streams.topic import Topic
from streams.topics import CHUNKS, DEAD_LETTERS, DOCUMENTS, INDEX_LOG, TopicNames

FETCH_BYTES = 16 * 1_048_576
LONGEST_SILENCE_S = 120.0


@dataclass(frozen=True)
class Ingested:
    documents: int
    chunks: int
    """Chunks of all documents, whatever was done with them."""
    embedded: int
    seconds: float
    """From the first send to the last entry in the index log."""


class Producer:
    """Sends documents as a program in any language would, and reads what became of them. Use it in `async with`."""

    def __init__(self, bootstrap: str, names: TopicNames) -> None:
        self._bootstrap, self._names = bootstrap, names
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._log = await self._stack.enter_async_context(
            _reader(self._bootstrap, self._names, INDEX_LOG, DEAD_LETTERS)
        )
        self._producer = AIOKafkaProducer(bootstrap_servers=self._bootstrap, acks="all", linger_ms=5)
        await self._producer.start()
        self._stack.push_async_callback(self._producer.stop)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def at_end(self) -> None:
        """Stand at the end of the log, so that `ingest` sees what comes after; not part of what is measured."""
        for partition, end in (await self._log.end_offsets(self._log.assignment())).items():
            self._log.seek(partition, end)

    async def ingest(self, documents: Sequence[Document], began: float) -> Ingested:
        """`began` is what `time.perf_counter` gave before the documents were read; `at_end` came before that."""
        sending = asyncio.ensure_future(self._send(documents))
        try:
            chunks, embedded = await self._outcomes({each.doc_id for each in documents})
            seconds = time.perf_counter() - began
        finally:
            await sending
        return Ingested(len(documents), chunks, embedded, seconds)

    async def texts(self, doc_ids: set[str]) -> list[str]:
        """What was embedded for these documents, read from the plans."""
        texts = []
        async with TopicReader.of(self._bootstrap, self._names, (CHUNKS,)) as reader:
            ends = await reader.ends()
            reader.seek(await reader.beginnings())
            async for record in reader.records_until(ends):
                plan = json.loads(record.value or b"{}")
                if plan["doc_id"] in doc_ids:
                    texts += _embedded(plan)
        return texts

    async def _send(self, documents: Sequence[Document]) -> None:
        topic = self._names.wire(DOCUMENTS)
        for each in documents:
            value = {"doc_id": each.doc_id, "title": each.title, "text": each.text, "content_type": each.content_type}
            await self._producer.send(topic, json.dumps(value).encode(), key=each.doc_id.encode())
        await self._producer.flush()

    async def _outcomes(self, waiting: set[str]) -> tuple[int, int]:
        chunks = embedded = 0
        while waiting:
            batches = await self._log.getmany(timeout_ms=int(1_000 * LONGEST_SILENCE_S))
            if not batches:
                raise SystemExit(
                    f"nothing came for {LONGEST_SILENCE_S:g} s while {len(waiting)} documents were waited for"
                )
            for message in (message for batch in batches.values() for message in batch):
                event = json.loads(message.value)
                if event["type"] != "DocumentIndexed":
                    raise SystemExit(f"a document was not indexed: {event['type']} {event.get('reason')}")
                counts = event["counts"]
                chunks += counts["embedded"] + counts["moved"] + counts["unchanged"]
                embedded += counts["embedded"]
                waiting.discard(event["doc_id"])
        return chunks, embedded


def _embedded(plan: dict[str, Any]) -> list[str]:
    title = plan["attributes"]["title"]
    return [embedding_text(title, tuple(each["heading"]), each["text"]) for each in plan["upserts"]]


@asynccontextmanager
async def _reader(bootstrap: str, names: TopicNames, *topics: Topic) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of all partitions of some topics, which belongs to no group."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_bytes=FETCH_BYTES,
        fetch_max_wait_ms=500,
    )
    await consumer.start()
    try:
        consumer.assign([TopicPartition(names.wire(each), n) for each in topics for n in range(each.partitions)])
        yield consumer
    finally:
        await consumer.stop()
