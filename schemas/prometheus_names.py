"""OpenTelemetry's names and units in, Prometheus's names out.

By "Prometheus and OpenMetrics Compatibility" of the OpenTelemetry specification: what is no letter, digit or `_`
becomes `_`, the unit in words is the end of the name, a unit in braces is left out, and `1` is a gauge's ratio.
"""

import re
from typing import Final

from schemas.metrics import Metric

UNITS: Final = {"s": "seconds", "By": "bytes"}
TOTAL: Final = "_total"


def label_name(attribute: str) -> str:
    """Of an attribute."""
    return re.sub(r"[^a-zA-Z0-9_]", "_", attribute)


def metric_name(name: str, unit: str, *, counter: bool) -> tuple[str, str]:
    """The family's name and its unit in words, which may be empty; a counter's samples have `_total` at the end."""
    words = UNITS.get(unit, "ratio" if unit == "1" and not counter else "")
    plain = label_name(name)
    return (f"{plain}_{words}" if words and not plain.endswith(f"_{words}") else plain), words


def samples(metric: Metric) -> tuple[str, ...]:
    """Names of the samples of a registered metric, as expressions have them."""
    name, _ = metric_name(metric.name, metric.unit, counter=metric.kind == "counter")
    if metric.kind == "histogram":
        return f"{name}_bucket", f"{name}_sum", f"{name}_count"
    return (f"{name}{TOTAL}",) if metric.kind == "counter" else (name,)
