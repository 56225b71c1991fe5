"""Curves in, a plot of characters for a terminal or a page of HTML with an SVG out; neither needs anything else."""

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from streams.cli.answer_curve import Point

WIDTH: Final = 60
HEIGHT: Final = 18
_SIGNS: Final = ("o", ".", "x", "+")
_COLOURS: Final = ("#0b6e4f", "#8a8d91", "#b5179e", "#e09f3e")
_SIDE: Final = 480
_EDGE: Final = 56
_TICKS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

Curves = Mapping[str, Sequence[Point]]
"""By name; the first is drawn over the others."""

UP: Final = "answerable questions answered with the marked text"
ACROSS: Final = "unanswerable questions answered"


def terminal_plot(curves: Curves) -> str:
    """Wrong answers from left to right, good ones upwards, each 0 to 1."""
    grid = [[" "] * (WIDTH + 1) for _ in range(HEIGHT + 1)]
    for sign, curve in reversed(list(zip(_SIGNS, curves.values(), strict=False))):
        for point in curve:
            grid[HEIGHT - round(point.gold * HEIGHT)][round(point.wrong * WIDTH)] = sign
    rows = [
        f"{1 - row / HEIGHT:4.2f} |{''.join(cells).rstrip()}" if row % 3 == 0 else f"     |{''.join(cells).rstrip()}"
        for row, cells in enumerate(grid)
    ]
    ticks = "".join(f"{tick:<{WIDTH // 5}.1f}" for tick in _TICKS)
    legend = "   ".join(f"{sign} {name}" for sign, name in zip(_SIGNS, curves, strict=False))
    return "\n".join([f"share of {UP}", *rows, "     +" + "-" * WIDTH, f"      {ticks}", f"share of {ACROSS}", legend])


def page(title: str, facts: Mapping[str, str], curves: Curves) -> str:
    """A whole page that fetches nothing: the figures, the curves, and each curve's points as a table."""
    rows = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>" for name, value in facts.items()
    )
    tables = "".join(_table(name, curve) for name, curve in curves.items())
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}"
        "th{text-align:left;font-weight:normal;padding-right:2rem}td{text-align:right}svg{max-width:100%}</style>"
        f"<h1>{html.escape(title)}</h1><table>{rows}</table>{_svg(curves)}{tables}</html>\n"
    )


def _svg(curves: Curves) -> str:
    size = _SIDE + 2 * _EDGE
    lines = "".join(
        f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(map(_place, curve))}"/>'
        f'<text x="{_EDGE + 12}" y="{_EDGE + 20 + 20 * place}" fill="{colour}">{html.escape(name)}</text>'
        for place, (colour, (name, curve)) in enumerate(zip(_COLOURS, curves.items(), strict=False))
    )
    return (
        f'<svg viewBox="0 0 {size} {size}" width="{size}" role="img" font-size="13">'
        f"<title>{UP} against {ACROSS}</title>"
        f'<rect x="{_EDGE}" y="{_EDGE}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#ccc"/>'
        f'{"".join(_ticks())}{lines}<text x="{_EDGE}" y="{size - 12}">share of {ACROSS}</text>'
        f'<text x="{_EDGE}" y="{_EDGE - 20}">share of {UP}</text></svg>'
    )


def _ticks() -> Iterator[str]:
    for tick in _TICKS:
        across, up = _EDGE + tick * _SIDE, _EDGE + (1 - tick) * _SIDE
        yield f'<text x="{across:.0f}" y="{_EDGE + _SIDE + 18}" text-anchor="middle">{tick:.1f}</text>'
        yield f'<text x="{_EDGE - 8}" y="{up + 4:.0f}" text-anchor="end">{tick:.1f}</text>'


def _place(point: Point) -> str:
    return f"{_EDGE + point.wrong * _SIDE:.1f},{_EDGE + (1 - point.gold) * _SIDE:.1f}"


def _table(name: str, curve: Sequence[Point]) -> str:
    rows = "".join(
        f"<tr><td>{point.threshold:.3f}</td><td>{point.gold:.3f}</td><td>{point.wrong:.3f}</td></tr>" for point in curve
    )
    heading = f"<tr><th>threshold</th><th>{UP}</th><th>{ACROSS}</th></tr>"
    return f"<details><summary>{html.escape(name)}, point by point</summary><table>{heading}{rows}</table></details>"
