"""The registry of metrics in, its files out: Grafana's dashboard, Prometheus's alert rules, and the guide's tables.

`python -m streams.metrics_files` writes them, and a test compares them with what is committed.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from schemas.metrics import METRICS, Attribute, Metric
from schemas.prometheus_names import samples
from streams.markdown_page import with_part
from streams.metric_alerts import RULES
from streams.metric_panels import ROWS, Panel

ROOT: Final = Path(__file__).parents[1]
DASHBOARD: Final = ROOT / "infra" / "grafana" / "ragstream.json"
ALERTS: Final = ROOT / "infra" / "prometheus" / "alerts.yaml"
PAGE: Final = ROOT / "docs" / "metrics.md"
BEGIN: Final = "<!-- metrics:begin -->"
END: Final = "<!-- metrics:end -->"
SOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
COLUMNS: Final = 24
WIDTH: Final = 8
HEIGHT: Final = 8


def files() -> Mapping[Path, str]:
    """What each file holds."""
    return {DASHBOARD: dashboard(), ALERTS: alert_rules(), PAGE: with_tables(PAGE.read_text("utf-8"))}


def dashboard() -> str:
    """JSON as Grafana imports it; it asks which Prometheus."""
    panels: list[dict[str, Any]] = []
    top = 0
    for title, row in ROWS:
        place = {"h": 1, "w": COLUMNS, "x": 0, "y": top}
        panels.append(
            {"id": len(panels) + 1, "type": "row", "title": title, "collapsed": False, "gridPos": place, "panels": []}
        )
        top += 1
        for number, panel in enumerate(row):
            x, y = number * WIDTH % COLUMNS, top + number * WIDTH // COLUMNS * HEIGHT
            panels.append(_panel(panel, len(panels) + 1, {"h": HEIGHT, "w": WIDTH, "x": x, "y": y}))
        top += -(-len(row) * WIDTH // COLUMNS) * HEIGHT
    board = {
        "uid": "ragstream",
        "title": "ragstream",
        "tags": ["ragstream"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "",
        "templating": {
            "list": [{"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"}]
        },
        "panels": panels,
    }
    return json.dumps(board, indent=1, ensure_ascii=False) + "\n"


def _panel(panel: Panel, number: int, place: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.about,
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [
            {
                "refId": chr(ord("A") + place),
                "datasource": SOURCE,
                "expr": expression,
                "legendFormat": legend or panel.title,
                "exemplar": expression.startswith("histogram_quantile"),
            }
            for place, (expression, legend) in enumerate(panel.queries)
        ],
    }


def alert_rules() -> str:
    """A file for `rule_files` of Prometheus's configuration."""
    rules = [
        {
            "alert": rule.name,
            "expr": rule.expression,
            "for": rule.lasting,
            "labels": {"severity": rule.severity},
            "annotations": {"summary": rule.summary},
        }
        for rule in RULES
    ]
    return yaml.safe_dump({"groups": [{"name": "ragstream", "rules": rules}]}, sort_keys=False, width=1_000)


def tables() -> str:
    """One row a metric, then one row an attribute."""
    lines = [
        "| metric | in Prometheus | kind | unit | split by | what it says |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [f"| {' | '.join(_cells(each))} |" for each in METRICS.values()]
    lines += ["", "| attribute | values | what it says |", "| --- | --- | --- |"]
    attributes = {each.name: each for metric in METRICS.values() for each in metric.attributes}
    lines += [f"| `{each.name}` | {_values(each)} | {each.description} |" for each in attributes.values()]
    return "\n".join(lines)


def with_tables(page: str) -> str:
    """`page` with what stands between the markers replaced. Raises `ValueError` without markers."""
    return with_part(page, BEGIN, END, tables())


def _cells(metric: Metric) -> tuple[str, ...]:
    name = samples(metric)[0]
    split = ", ".join(f"`{each.name}`" for each in metric.attributes) or "—"
    return f"`{metric.name}`", f"`{name}`", metric.kind, f"`{metric.unit}`", split, metric.description


def _values(attribute: Attribute) -> str:
    return ", ".join(f"`{each}`" for each in attribute.values) or f"at most {attribute.most}, then `other`"


if __name__ == "__main__":
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
