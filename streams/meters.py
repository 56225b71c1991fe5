"""Numbers and what they are split by in, OpenTelemetry instruments with bounded attributes out.

Until a process says that it measures, everything goes nowhere and costs next to nothing.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from math import prod
from typing import Any, Final

from opentelemetry.context import Context
from opentelemetry.metrics import Meter, Observation

from schemas import metrics
from schemas.metric_bounds import Bounded
from schemas.metrics import METRICS, TENANT, Attribute, Metric

Labels = Mapping[Attribute, str]
GAUGES: Final = (metrics.LAG, metrics.OLDEST, metrics.STUCK, metrics.UP, metrics.FIRING, metrics.WAITING)
INSTRUMENTS: Final = tuple(
    each
    for name, each in METRICS.items()
    if name.startswith(("messaging.", "ragstream.")) and each not in (*GAUGES, metrics.SPANS_DROPPED)
)
MOST_ZEROS: Final = 12
"""Series of one metric that begin together; more would mostly stay at 0."""
FRESH_S: Final = 60.0
"""A gauge that was not set for so long is no longer told: whoever set it may have lost its partitions."""


class Latest:
    """How things are now, by what they are split by."""

    def __init__(self, now_s: Callable[[], float], fresh_s: float) -> None:
        """`now_s` is a monotonic clock; what was not set for `fresh_s` is forgotten."""
        self._now_s = now_s
        self._fresh_s = fresh_s
        self._values: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[float, float, bool]] = {}
        """By who told it and its attributes: the value, when it was told, and whether it stays true by itself."""
        self._lock = threading.Lock()

    def set(self, value: float, attributes: Mapping[str, str], by: str, *, stays: bool) -> None:
        with self._lock:
            self._values[by, tuple(sorted(attributes.items()))] = value, self._now_s(), stays

    def forget(self, by: str) -> None:
        """What `by` told."""
        with self._lock:
            self._values = {key: each for key, each in self._values.items() if key[0] != by}

    def observe(self, _: Any = None) -> Iterable[Observation]:
        """The sums over all who tell."""
        oldest = self._now_s() - self._fresh_s
        with self._lock:
            self._values = {key: each for key, each in self._values.items() if each[2] or each[1] >= oldest}
            sums: dict[tuple[tuple[str, str], ...], float] = {}
            for (_by, attributes), (value, _at, _stays) in self._values.items():
                sums[attributes] = sums.get(attributes, 0.0) + value
        return [Observation(value, dict(attributes)) for attributes, value in sums.items()]


class Meters:
    """The instruments of the pipes, on one meter."""

    def __init__(
        self,
        meter: Meter,
        tenants: int = TENANT.most,
        now_s: Callable[[], float] = time.monotonic,
        fresh_s: float = FRESH_S,
    ) -> None:
        self._bounded = Bounded(tenants)
        self._instruments = {each.name: each.on(meter) for each in INSTRUMENTS}
        self._begun: set[tuple[str | None, ...]] = set()
        self._latest = {each.name: Latest(now_s, fresh_s) for each in GAUGES}
        for each in GAUGES:
            each.on(meter, self._latest[each.name].observe)

    def add(self, metric: Metric, amount: float, labels: Labels) -> None:
        """Count. Once the attributes without fixed values are known, all that may be counted of them begins at 0.

        Otherwise Prometheus, which sees a series begin at 1, would take the first of a kind for no increase.
        """
        attributes = self._attributes(labels)
        known = metric.name, *(attributes.get(each.name) for each in metric.attributes if not each.values)
        if known not in self._begun:
            self._begun.add(known)
            for zero in _zeros(metric, attributes):
                self._instruments[metric.name].add(0, zero)
        self._instruments[metric.name].add(amount, attributes)

    def record(self, metric: Metric, value: float, labels: Labels, context: Context | None = None) -> None:
        """Note one value; the span in `context` becomes an example of it."""
        self._instruments[metric.name].record(value, self._attributes(labels), context)

    def set(self, metric: Metric, value: float, labels: Labels, by: str = "", *, stays: bool = False) -> None:
        """How it is now. What several tell apart by `by` adds up; it is forgotten soon unless it `stays`."""
        self._latest[metric.name].set(value, self._attributes(labels), by, stays=stays)

    def forget(self, metric: Metric, by: str) -> None:
        """What `by` told of it."""
        self._latest[metric.name].forget(by)

    def _attributes(self, labels: Labels) -> dict[str, str]:
        return {each.name: self._bounded(each, value) for each, value in labels.items()}


def _zeros(metric: Metric, attributes: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """`attributes` with every value of those that are fixed; none where those would be too many."""
    fixed = [each for each in metric.attributes if each.values]
    if prod(len(each.values) for each in fixed) <= MOST_ZEROS:
        for values in product(*(each.values for each in fixed)):
            yield {**attributes, **{each.name: value for each, value in zip(fixed, values, strict=True)}}


class _InForce:
    """The meters of this process."""

    def __init__(self) -> None:
        self.meters: Meters | None = None


_in_force: Final = _InForce()


def meters() -> Meters | None:
    """Those of this process; None while nothing is measured."""
    return _in_force.meters


@contextmanager
def measuring(with_meters: Meters) -> Iterator[None]:
    """Within the block, `with_meters` are those of this process."""
    before = _in_force.meters
    _in_force.meters = with_meters
    try:
        yield
    finally:
        _in_force.meters = before
