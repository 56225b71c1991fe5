"""OpenTelemetry's metrics in, the text that Prometheus reads out, served on a thread.

OpenTelemetry's own Prometheus exporter leaves out exemplars, which lead from a slow bucket to a trace; so the text is
made here, by prometheus_client: OpenMetrics 1.0 for those who accept it, the plain format for others. Names follow
OpenTelemetry's "Prometheus and OpenMetrics Compatibility".
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from opentelemetry.sdk.metrics.export import (
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricReader,
    MetricsData,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import InfoMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector
from prometheus_client.samples import Exemplar

from schemas.prometheus_names import TOTAL, label_name, metric_name

NS: float = 1e9


class Exposition(MetricReader):
    """A reader that collects when it is asked to, and says what it found as families of samples."""

    def __init__(self, about: Resource) -> None:
        """`about` is told as `target_info`."""
        super().__init__()
        self._about = {label_name(key): str(value) for key, value in about.attributes.items()}
        self._lock = threading.Lock()
        self._data: MetricsData | None = None

    def _receive_metrics(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **_: Any) -> None:
        del timeout_millis
        self._data = metrics_data

    def shutdown(self, timeout_millis: float = 30_000, **_: Any) -> None:
        """Nothing is left to be sent."""

    def families(self) -> Iterable[Family]:
        """Everything as it is now."""
        with self._lock:
            self.collect()
            data = self._data
        yield InfoMetricFamily("target", "Who is measured.", self._about)
        for metric in _metrics(data):
            if (family := _family(metric)) is not None:
                yield family


class _Families(Collector):
    """What prometheus_client asks."""

    def __init__(self, exposition: Exposition) -> None:
        self._exposition = exposition

    def collect(self) -> Iterable[Family]:
        return self._exposition.families()


class PrometheusEndpoint:
    """Serves an `Exposition` at `/metrics`, and at every other path."""

    def __init__(self, exposition: Exposition, host: str, port: int) -> None:
        """Port 0 takes a free one. Raises `OSError` when the port is taken or the address is not ours."""
        registry = CollectorRegistry()
        registry.register(_Families(exposition))
        self._server, self._thread = start_http_server(port, host, registry)
        self.address = f"{f'[{host}]' if ':' in host else host}:{self._server.server_port}"
        """`host:port`; an IPv6 host stands in brackets."""

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _metrics(data: MetricsData | None) -> Iterator[Metric]:
    for each in () if data is None else data.resource_metrics:
        for scope in each.scope_metrics:
            yield from scope.metrics


def _family(metric: Metric) -> Family | None:
    """One metric's samples; None for a kind that ragstream does not use."""
    monotonic = isinstance(metric.data, Sum) and metric.data.is_monotonic
    name, unit = metric_name(metric.name, metric.unit or "", counter=monotonic)
    about = metric.description or metric.name
    if isinstance(metric.data, Histogram):
        histogram = Family(name, about, "histogram", unit)
        for point in metric.data.data_points:
            labels = _labels(point.attributes)
            for bound, count, example in _buckets(point):
                histogram.add_sample(f"{name}_bucket", {**labels, "le": bound}, count, exemplar=example)
            histogram.add_sample(f"{name}_count", labels, point.count)
            histogram.add_sample(f"{name}_sum", labels, point.sum)
        return histogram
    if not isinstance(metric.data, Sum | Gauge):
        return None
    plain = Family(name, about, "counter" if monotonic else "gauge", unit)
    for number in metric.data.data_points:
        plain.add_sample(f"{name}{TOTAL}" if monotonic else name, _labels(number.attributes), number.value)
    return plain


def _labels(attributes: Mapping[str, Any] | None) -> dict[str, str]:
    """Its own and no others: a series stays what it is when another one of its metric has more of them."""
    return {label_name(key): str(value) for key, value in (attributes or {}).items()}


def _buckets(point: HistogramDataPoint) -> Iterator[tuple[str, int, Exemplar | None]]:
    """Cumulative counts up to each bound, each with its latest example."""
    bounds = [*(float(bound) for bound in point.explicit_bounds), float("inf")]
    examples: dict[float, Exemplar] = {}
    for each in sorted(point.exemplars, key=lambda found: found.time_unix_nano):
        if each.trace_id is None or each.span_id is None:
            continue
        ids = {"trace_id": f"{each.trace_id:032x}", "span_id": f"{each.span_id:016x}"}
        bound = next(bound for bound in bounds if each.value <= bound)
        examples[bound] = Exemplar(ids, float(each.value), each.time_unix_nano / NS)
    counts = accumulate(point.bucket_counts)
    for bound, count in zip(bounds, counts, strict=True):
        yield _text(bound), count, examples.get(bound)


def _text(bound: float) -> str:
    return "+Inf" if bound == float("inf") else str(bound)
