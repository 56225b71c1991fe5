"""A topic's name in, its records out, for tests that look at what really lies on Kafka."""

import asyncio
from collections.abc import Callable, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.records import Record, instant


async def read_all(
    bootstrap: str,
    topic: str,
    count: int,
    *,
    limit_s: float = 60.0,
    distinct: Callable[[Record], object] = lambda record: (record.partition, record.offset),
) -> Sequence[Record]:
    """From the start of the topic until `count` distinct records were seen; what `distinct` calls None doesn't count.

    Raises `AssertionError` after `limit_s` seconds.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", fetch_max_wait_ms=100
    )
    await consumer.start()
    records: list[Record] = []
    seen: set[object] = set()
    deadline = asyncio.get_running_loop().time() + limit_s
    try:
        partitions = sorted(consumer.partitions_for_topic(topic) or await _partitions(consumer, topic))
        consumer.assign([TopicPartition(topic, each) for each in partitions])
        while len(seen) < count:
            assert asyncio.get_running_loop().time() < deadline, f"{topic} has {len(seen)} of {count} records"
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                for message in batch:
                    at = instant(message.timestamp)
                    records.append(
                        Record(
                            topic, message.partition, message.offset, message.key, message.value, message.headers, at
                        )
                    )
                    seen |= {distinct(records[-1])} - {None}
    finally:
        await consumer.stop()
    return records


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    consumer.subscribe([topic])
    await consumer.getmany(timeout_ms=10)
    found = consumer.partitions_for_topic(topic)
    consumer.unsubscribe()
    assert found, f"there is no topic {topic}"
    return found
