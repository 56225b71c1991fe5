"""The monitors that run with no configuration in, a row for each out, in Markdown, for the guide."""

from typing import Final

from agents.monitors import DEFAULTS
from schemas.monitors import MonitorDefined
from streams.markdown_page import table, with_part
from streams.monitor_views import rule

BEGIN: Final = "<!-- monitors:begin -->"
END: Final = "<!-- monitors:end -->"
"""Markers in a Markdown page that the table stands between."""
COLUMNS: Final = ("monitor", "of", "signal", "looks for", "severity", "says")


def markdown() -> str:
    """One row a monitor."""
    return table(COLUMNS, map(_row, DEFAULTS))


def with_table(page: str) -> str:
    """`page` with what stands between the markers replaced by the table. Raises `ValueError` without markers."""
    return with_part(page, BEGIN, END, markdown())


def _row(each: MonitorDefined) -> tuple[str, ...]:
    return f"`{each.name}`", each.source, f"`{each.signal}`", rule(each), each.severity, each.about
