"""The history of an experiment in, one page of HTML out that holds all it shows: it opens without a network."""

import html
from collections.abc import Mapping, Sequence
from typing import Final

from schemas.experiments import Estimate
from streams.cli.experiments_plot import bounds, moment
from streams.experiment_history import History, Look, is_known

_WIDTH: Final = 640
_HEIGHT: Final = 260
_LEFT: Final = 70
_TOP: Final = 20
_BOTTOM: Final = 30
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1d1f}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{padding:.2rem .8rem .2rem 0;text-align:right}"
    "th:first-child,td:first-child{text-align:left}th{font-weight:600;border-bottom:1px solid #ccc}"
    ".facts th{font-weight:normal;border:0;text-align:left}.facts td{text-align:left}svg{max-width:100%}"
    ".warning{background:#fdecea;padding:.5rem 1rem}"
)
COLUMNS: Final = (
    "metric",
    "arm",
    "units",
    "mean",
    "explained",
    "difference",
    "from",
    "to",
    "p",
    "best",
    "expected loss",
)


def page(title: str, facts: Mapping[str, str], history: History) -> str:
    """The whole document. What comes from events is escaped, and nothing is fetched."""
    last = history.last
    warning = "" if last is None or last.trusted else f'<p class="warning">{html.escape(NOT_TRUSTED)}</p>'
    rows = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>" for name, value in facts.items()
    )
    plots = "".join(_figure(metric, arm, history.looks(metric, arm)) for metric, arm in history.contrasts())
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body><h1>{html.escape(title)}</h1>{warning}"
        f'<table class="facts">{rows}</table>{_table([] if last is None else last.estimates)}{plots}</body></html>\n'
    )


TOO_EARLY: Final = "Too few units have been seen to say anything."
ADJUSTED: Final = (
    "Means are as they were seen. What units were worth before is taken off the differences, and off what is best."
)
NOT_TRUSTED: Final = "Units are not split as configured, so these numbers are not to be trusted and decide nothing."


def cells(estimate: Estimate) -> list[str]:
    """One row of figures, as `COLUMNS` has them; the control differs from nobody, and too few units say nothing.

    What is explained, and taken off the difference, is the share of the variance that the units' pasts account for.
    """
    compared = [f"{each:+.4g}" for each in (estimate.difference, estimate.low, estimate.high)]
    compared.append(f"{estimate.p_value:.4f}")
    return [
        estimate.metric,
        estimate.arm,
        f"{estimate.units:,}",
        f"{estimate.mean:.4g}",
        f"{estimate.variance_removed:.0%}" if estimate.with_past else "",
        *(compared if is_known(estimate) else [""] * len(compared)),
        f"{estimate.probability_best:.1%}",
        f"{estimate.expected_loss:.4g}",
    ]


def notes(estimates: Sequence[Estimate]) -> list[str]:
    """What has to be known to read the figures: a difference need not be that of the means beside it."""
    return [ADJUSTED] if any(each.variance_removed for each in estimates) else []


def _table(estimates: Sequence[Estimate]) -> str:
    heading = "".join(f"<th>{each}</th>" for each in COLUMNS)
    rows = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells(each))}</tr>" for each in estimates)
    said = "".join(f"<p>{html.escape(each)}</p>" for each in notes(estimates))
    return f"<table><tr>{heading}</tr>{rows}</table>{said}" if rows else "<p>Nothing was counted yet.</p>"


def _figure(metric: str, arm: str, looks: Sequence[Look]) -> str:
    title = html.escape(f"{metric}: {arm} minus the control")
    if not looks:
        return f"<h2>{title}</h2><p>{TOO_EARLY}</p>"
    low, high = bounds(looks)
    begin, span = looks[0].at, (looks[-1].at - looks[0].at).total_seconds() or 1.0

    def across(look: Look) -> float:
        return _LEFT + (look.at - begin).total_seconds() / span * _WIDTH

    def up(value: float) -> float:
        return _TOP + (high - min(max(value, low), high)) / (high - low) * _HEIGHT

    steps = [(across(each), each) for each in looks]
    edge = [f"{x:.1f},{up(each.high):.1f}" for x, each in steps]
    back = [f"{x:.1f},{up(each.low):.1f}" for x, each in reversed(steps)]
    line = " ".join(f"{x:.1f},{up(each.difference):.1f}" for x, each in steps)
    ticks = "".join(
        f'<text x="{_LEFT - 8}" y="{up(value) + 4:.1f}" text-anchor="end">{value:+.3g}</text>'
        for value in (low, high, 0.0)
    )
    bottom = _TOP + _HEIGHT
    return (
        f'<h2>{title}</h2><svg viewBox="0 0 {_LEFT + _WIDTH + 20} {bottom + _BOTTOM}" width="{_LEFT + _WIDTH + 20}" '
        f'role="img" font-size="13"><title>{title}: the difference, and all that is possible, over time</title>'
        f'<polygon fill="#0b6e4f" fill-opacity="0.18" points="{" ".join([*edge, *back])}"/>'
        f'<line x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="{up(0):.1f}" y2="{up(0):.1f}" stroke="#8a8d91"/>'
        f'<polyline fill="none" stroke="#0b6e4f" stroke-width="2" points="{line}"/>{ticks}'
        f'<text x="{_LEFT}" y="{bottom + 20}">{moment(looks[0].at)}</text>'
        f'<text x="{_LEFT + _WIDTH}" y="{bottom + 20}" text-anchor="end">{moment(looks[-1].at)}</text></svg>'
    )
