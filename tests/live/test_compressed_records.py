"""Compressed records in, outcomes out: the producer chooses the compression, and franz-go takes snappy unasked."""

import asyncio
import json

import pytest
from aiokafka import AIOKafkaProducer

from infra.settings import Settings
from schemas.index_log import DocumentIndexed
from streams.client import RagstreamClient

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

TEXT = "The mill at Aldport grinds rye in the third week of every month. " * 5
"""Long enough that a batch of it is smaller when it is compressed, without which it would not be."""


async def send_compressed(settings: Settings, doc_id: str, compression: str) -> None:
    value = json.dumps({"doc_id": doc_id, "text": TEXT}).encode()
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka.bootstrap, compression_type=compression)
    async with producer:
        await producer.send_and_wait(f"{settings.namespace}.documents", value, key=doc_id.encode())


async def is_indexed(settings: Settings, doc_id: str) -> None:
    async with RagstreamClient(str(settings.kafka.bootstrap), namespace=settings.namespace) as client:
        async for event in client.watch("index-log", since="start"):
            if isinstance(event, DocumentIndexed) and event.doc_id == doc_id:
                return


@pytest.mark.parametrize("compression", ["gzip", "snappy", "lz4", "zstd"])
async def test_a_compressed_record_is_read_like_any_other(live_workers: Settings, compression: str) -> None:
    doc_id = f"mill-{compression}"
    await send_compressed(live_workers, doc_id, compression)
    async with asyncio.timeout(60):
        await is_indexed(live_workers, doc_id)
