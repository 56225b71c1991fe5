"""Registered metrics in, PromQL out: names come from the registry, so that an expression cannot ask for what is not."""

from collections.abc import Sequence
from typing import Final

from schemas.metrics import Attribute, Metric
from schemas.prometheus_names import label_name, samples

WINDOW: Final = "$__rate_interval"
"""What Grafana makes of its scrape interval and its width; rules give their own."""


def rate(metric: Metric, by: Sequence[Attribute] = (), window: str = WINDOW, where: str = "") -> str:
    """Of a counter, or of how often a histogram was told something: a second, over all workers."""
    return _sum(f"rate({_counted(metric)}{where}[{window}])", by)


def increase(metric: Metric, by: Sequence[Attribute] = (), window: str = WINDOW, where: str = "") -> str:
    """As `rate`, in the whole window."""
    return _sum(f"increase({_counted(metric)}{where}[{window}])", by)


def quantile(share: float, metric: Metric, by: Sequence[Attribute] = (), window: str = WINDOW, where: str = "") -> str:
    """Of a histogram: the value that a `share` of its values do not exceed."""
    buckets = ", ".join(["le", *(label_name(each.name) for each in by)])
    return f"histogram_quantile({share}, sum by ({buckets}) (rate({samples(metric)[0]}{where}[{window}])))"


def mean(metric: Metric, by: Sequence[Attribute] = (), window: str = WINDOW) -> str:
    """Of a histogram."""
    _, total, count = samples(metric)
    return f"{_sum(f'rate({total}[{window}])', by)} / {_sum(f'rate({count}[{window}])', by)}"


def value_rate(metric: Metric, by: Sequence[Attribute] = (), window: str = WINDOW) -> str:
    """Of a histogram: what all its values come to, a second."""
    return _sum(f"rate({samples(metric)[1]}[{window}])", by)


def now(metric: Metric, by: Sequence[Attribute] = (), how: str = "sum") -> str:
    """Of a gauge: `how` it is put together over all workers, `sum`, `max` or `min`."""
    return _sum(samples(metric)[0], by, how)


def only(attribute: Attribute, *values: str) -> str:
    """A matcher of these values."""
    return (
        f'{{{label_name(attribute.name)}=~"{"|".join(values)}"}}'
        if len(values) > 1
        else (f'{{{label_name(attribute.name)}="{values[0]}"}}')
    )


def _counted(metric: Metric) -> str:
    return samples(metric)[-1]


def _sum(expression: str, by: Sequence[Attribute], how: str = "sum") -> str:
    names = ", ".join(label_name(each.name) for each in by)
    return f"{how} by ({names}) ({expression})" if names else f"{how}({expression})"
