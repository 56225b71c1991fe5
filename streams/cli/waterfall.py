"""Rows of a trace in, a picture of where the time went out: what waited is light, what worked is dark."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas import signals
from streams.cli.output import plain
from streams.cli.trace_notes import notes_of
from streams.trace_tree import Row

BARS: Final = 24
"""Characters of the bars."""
NARROW_BARS: Final = 10
NOTES: Final = 20
"""Fewest characters of the notes: the bars give way to them."""
LONGEST_NAME: Final = 0.35
"""A name has this part of the line at most."""
AFTERMATH: Final = 2
"""What happens later than so many times the time of the answer or the document itself is not drawn to scale."""
LATER: Final = "»"
GAP: Final = 2
"""Characters between two columns."""
_MAIN: Final = frozenset({"answer", "plan", "index"})
"""Stages that somebody waits for; what follows them, such as feedback, may come minutes later."""


def render_waterfall(console: Console, rows: Sequence[Row]) -> None:
    """Print a line for each row: its name within its parents, when it began, how long it took, and what it noted.

    Feedback, or what a worker that was away caught up on, stands at the end of the bars as » when it came much later.
    """
    names = [Text("  " * row.depth + plain(row.span.name, keep=""), style=_style(row)) for row in rows]
    numbers = [(f"{row.start_ms:,.1f}", f"{row.span.ms:,.1f}") for row in rows]
    widest = min(max((each.cell_len for each in names), default=0), max(NOTES, int(console.width * LONGEST_NAME)))
    columns = [widest, *(max(map(len, each)) for each in zip(("at ms", "ms"), *numbers, strict=True))]
    left = console.width - sum(columns) - GAP * len(columns)
    bars = next((each for each in (BARS, NARROW_BARS) if left >= each + GAP + NOTES), 0)
    table = Table(box=None, pad_edge=False)
    table.add_column("span", no_wrap=True, overflow="ellipsis", width=widest)
    for title in ("at ms", "ms"):
        table.add_column(title, justify="right", no_wrap=True)
    if bars:
        table.add_column("", no_wrap=True, width=bars)
    table.add_column("", overflow="fold")
    scale_ms = _scale_ms(rows)
    for row, name, times in zip(rows, names, numbers, strict=True):
        drawn = (_bar(row, scale_ms, bars),) if bars else ()
        table.add_row(name, *times, *drawn, plain(_notes(row), keep=""))
    console.print(table)


def summary_line(told: Mapping[str, Any]) -> str:
    """Where an answer's time went, in a sentence."""
    steps = ", ".join(f"{plain(name, keep='')} {ms:.1f}" for name, ms in told["steps_ms"].items())
    return (
        f"{told['total_ms']:.1f} ms from the question to its answer: {told['sent_ms']:.1f} until it was in Kafka, "
        f"{told['waited_ms']:.1f} waiting there; {steps}; {told['between_ms']:.1f} between them. "
        f"{told['packed_ms']:.1f} more until it was on its way"
    )


def _style(row: Row) -> str:
    return "red" if row.span.error else "bold" if row.span.is_hop else ""


def _notes(row: Row) -> str:
    shared = f"for {row.shared} together" if row.shared > 1 else ""
    return "; ".join(each for each in (notes_of(row.span), shared) if each)


def _scale_ms(rows: Sequence[Row]) -> float:
    """Milliseconds that the bars stand for: all of it, unless what follows comes much later than what is waited for."""
    ends = [row.start_ms + row.span.ms for row in rows]
    main = [end for row, end in zip(rows, ends, strict=True) if row.span.attributes.get(signals.STAGE) in _MAIN]
    whole = max(ends, default=0.0)
    return min(whole, AFTERMATH * max(main, default=whole)) or 1.0


def _bar(row: Row, scale_ms: float, width: int) -> Text:
    style = "red" if row.span.error else "cyan"
    if row.start_ms > scale_ms:
        return Text(LATER.rjust(width), style=style)
    waited_ms = min(row.span.waited_ms, row.start_ms)
    before = int((row.start_ms - waited_ms) / scale_ms * width)
    waited = int(row.start_ms / scale_ms * width) - before
    worked = max(1, round(row.span.ms / scale_ms * width))
    free = width - before - waited
    bar = " " * before + "░" * waited + "█" * max(1, min(worked, free))
    return Text(bar[-width:].ljust(width), style=style)
