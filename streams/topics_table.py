"""The topics table in, the same in Markdown out. Run as a module it prints it, for README and docs."""

from typing import Final

from streams.markdown_page import table, with_part
from streams.topic import DAY_MS, FOREVER, Topic
from streams.topics import TOPICS

BEGIN: Final = "<!-- topics:begin -->"
END: Final = "<!-- topics:end -->"
"""Markers in a Markdown page that the table stands between."""
COLUMNS: Final = ("topic", "events", "key", "partitions", "kept", "about")


def markdown() -> str:
    """One row a topic, in the order of the table."""
    return table(COLUMNS, map(_row, TOPICS))


def with_table(page: str) -> str:
    """`page` with what stands between the markers replaced by the table. Raises `ValueError` without markers."""
    return with_part(page, BEGIN, END, markdown())


def _row(topic: Topic) -> tuple[str, ...]:
    events = ", ".join(f"`{kind.__name__}`" for kind in topic.events)
    return f"`{topic.name}`", events, f"`{topic.key}`", str(topic.partitions), kept(topic), topic.about


def kept(topic: Topic) -> str:
    """How long its records are kept, in words."""
    if topic.retention_ms == FOREVER:
        return "last per key" if topic.compacted else "for good"
    days = topic.retention_ms // DAY_MS
    return f"{days} day{'' if days == 1 else 's'}"


if __name__ == "__main__":
    print(markdown())  # noqa: T201 - its output is the point
