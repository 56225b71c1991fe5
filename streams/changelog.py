"""A table's changelog on Kafka in, what the table holds out: the last value of each key that has one."""

from collections.abc import Mapping

from streams.client_reader import TopicReader
from streams.kafka_admin import changelog_name
from streams.stages import Table
from streams.topics import TopicNames


async def read_changelog(bootstrap: str, names: TopicNames, table: Table) -> Mapping[bytes, bytes]:
    """Key to stored state, up to now. Raises what `TopicReader` raises."""
    latest: dict[bytes, bytes] = {}
    async with TopicReader(bootstrap, {changelog_name(table, names): table.source.partitions}) as reader:
        ends = await reader.ends()
        reader.seek(await reader.beginnings())
        async for record in reader.records_until(ends):
            if record.key is None:
                continue
            if record.value is None:
                latest.pop(record.key, None)
            else:
                latest[record.key] = record.value
    return latest
