"""Rows of a trace in, a picture of where the time went out: what waited is light, what worked is dark."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from streams.cli.output import plain
from streams.cli.trace_notes import notes_of
from streams.trace_tree import Row

WIDTH: Final = 24
"""Characters of the bars."""


def render_waterfall(console: Console, rows: Sequence[Row]) -> None:
    """Print a line for each row: its name within its parents, when it began, how long it took, and what it noted."""
    whole_ms = max((row.start_ms + row.span.ms for row in rows), default=0.0) or 1.0
    table = Table(box=None, pad_edge=False)
    table.add_column("span", no_wrap=True)
    table.add_column("at ms", justify="right", no_wrap=True)
    table.add_column("ms", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("", overflow="fold")
    for row in rows:
        span = row.span
        shared = f"for {row.shared} together" if row.shared > 1 else ""
        notes = "; ".join(each for each in (notes_of(span), shared) if each)
        style = "red" if span.error else "bold" if span.is_hop else ""
        table.add_row(
            Text("  " * row.depth + plain(span.name, keep=""), style=style),
            f"{row.start_ms:,.1f}",
            f"{span.ms:,.1f}",
            _bar(row, whole_ms),
            plain(notes, keep=""),
        )
    console.print(table)


def summary_line(told: Mapping[str, Any]) -> str:
    """Where an answer's time went, in a sentence."""
    steps = ", ".join(f"{plain(name, keep='')} {ms:.1f}" for name, ms in told["steps_ms"].items())
    return (
        f"{told['total_ms']:.1f} ms from the question to its answer: {told['waited_ms']:.1f} waiting; {steps}; "
        f"{told['between_ms']:.1f} between them. {told['packed_ms']:.1f} more until it was on its way"
    )


def _bar(row: Row, whole_ms: float) -> Text:
    waited_ms = min(row.span.waited_ms, row.start_ms)
    before = int((row.start_ms - waited_ms) / whole_ms * WIDTH)
    waited = int(row.start_ms / whole_ms * WIDTH) - before
    worked = max(1, round(row.span.ms / whole_ms * WIDTH))
    free = WIDTH - before - waited
    bar = " " * before + "░" * waited + "█" * max(1, min(worked, free))
    return Text(bar[: WIDTH + 1].ljust(WIDTH), style="red" if row.span.error else "cyan")
