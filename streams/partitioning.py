"""Which partition a key belongs to: Kafka's own default (murmur2), whatever the producer's library does.

Librdkafka's default partitioner uses CRC32 and other clients have others again, so two producers can put one document's
events on two partitions. A step keeps its state by partition; it therefore sends a stray home before it looks at it.
"""

from aiokafka.partitioner import murmur2


def home_partition(key: bytes, partitions: int) -> int:
    """Partition in [0, partitions) as Apache Kafka's default partitioner for keyed records chooses it."""
    hashed: int = murmur2(key)
    return (hashed & 0x7FFFFFFF) % partitions
