"""A record on a foreign partition in, the same record on its way home out.

A step keeps its state by partition, so all events of one document must meet on one. Producers need not know that: they
may send no key, or use a client whose default partitioner is not Kafka's. Such a stray is sent on once, with its
identity and time fixed, before anything looks at it.
"""

from schemas.event import Event
from streams.codec import as_headers
from streams.partitioning import home_partition
from streams.records import Outgoing, Record
from streams.topic import Topic


def way_home(record: Record, event: Event, topic: Topic, partitions: int) -> Outgoing | None:
    """The record for its own partition; None when it is there already."""
    key = topic.key_of(event)
    home = home_partition(key, partitions)
    if record.partition == home:
        return None
    headers = as_headers(record.headers) | {
        "ce_id": event.event_id.encode(),
        "ce_time": event.at.isoformat().encode(),
        "ce_tenant": event.tenant.encode(),
    }
    return Outgoing(record.topic, key, record.value, headers, partition=home)
