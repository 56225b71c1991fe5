"""`ragstream topics`."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from infra.settings import Settings
from streams import topics_table
from streams.cli.options import Json, new_app
from streams.cli.output import stdout, write_json
from streams.cli.settings import load_settings
from streams.topic import Topic
from streams.topics import TOPICS, TopicNames

app = new_app()


@app.command()
def topics(
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table that the README shows.")] = False,
    as_json: Json = False,
) -> None:
    """Show every topic: the events on it, their key, how many partitions, how long records are kept, what it is for.

    It needs no Kafka. With RAGSTREAM_NAMESPACE set, names are shown as they are on Kafka.
    """
    if markdown:
        typer.echo(topics_table.markdown())
    elif as_json:
        settings: Settings = load_settings()
        names = TopicNames(settings.namespace)
        write_json({"topics": [as_object(topic, names) for topic in TOPICS]})
    else:
        names = TopicNames(load_settings().namespace)
        table = Table(*topics_table.COLUMNS)
        for topic in TOPICS:
            table.add_row(names.wire(topic), *cells(topic))
        stdout().print(table)


def as_object(topic: Topic, names: TopicNames) -> dict[str, object]:
    """One row for machines."""
    return {
        "name": names.wire(topic),
        "events": [event.__name__ for event in topic.events],
        "key": topic.key,
        "partitions": topic.partitions,
        "retention_ms": topic.retention_ms,
        "max_bytes": topic.max_bytes,
        "compacted": topic.compacted,
        "about": topic.about,
    }


def cells(topic: Topic) -> Sequence[str]:
    """What stands in a row beside the name."""
    events = ", ".join(event.__name__ for event in topic.events)
    return events, topic.key, str(topic.partitions), topics_table.kept(topic), topic.about
