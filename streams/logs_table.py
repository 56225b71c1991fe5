"""The registry of log fields in, the guide's tables of lines and fields out, in Markdown."""

from typing import Final

from schemas.log_fields import FIELDS, LINE, TEXTS
from streams.event_lines import TOLD
from streams.markdown_page import with_part

BEGIN: Final = "<!-- log-fields:begin -->"
END: Final = "<!-- log-fields:end -->"
"""Markers in a Markdown page that the tables stand between."""


def markdown() -> str:
    """Which events have a line, then what every line has, ids and numbers, and sentences."""
    events = ", ".join(f"`{name}`" for name in TOLD)
    rows = [f"| `{name}` | {about} |" for table in (LINE, FIELDS, TEXTS) for name, about in table.items()]
    return "\n".join([f"These events have a line each: {events}.", "", "| field | what it is |", "|---|---|", *rows])


def with_tables(page: str) -> str:
    """`page` with what stands between the markers replaced. Raises `ValueError` without markers."""
    return with_part(page, BEGIN, END, markdown())
