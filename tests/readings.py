"""What a test's instruments were told, read as a collector would read it."""

from contextlib import contextmanager

from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.resources import Resource

from infra.metrics import METER, make_provider
from streams.meters import FRESH_S, Meters, measuring


class Readings:
    """A provider of ragstream's own making; `meters` are the pipes' instruments on it."""

    def __init__(self, tenants=20, now_s=lambda: 0.0, fresh_s=FRESH_S):
        self.reader = InMemoryMetricReader()
        self.provider = make_provider(Resource({}), [self.reader])
        self.meter = self.provider.get_meter(METER)
        self.meters = Meters(self.meter, tenants, now_s, fresh_s)

    @contextmanager
    def measuring(self):
        with measuring(self.meters):
            yield self

    def points(self):
        """Every series there is: the metric's name, its attributes and its point."""
        data = self.reader.get_metrics_data()
        found = [] if data is None else [scope for each in data.resource_metrics for scope in each.scope_metrics]
        return [
            (metric.name, dict(point.attributes or {}), point)
            for scope in found
            for metric in scope.metrics
            for point in metric.data.data_points
        ]

    def of(self, metric):
        """A metric's values by those of its attributes, in the order of the registry; of histograms their counts.

        A counter that is still at 0 is left out.
        """
        order = [each.name for each in metric.attributes]
        found = {
            tuple(attributes[name] for name in order if name in attributes): getattr(
                point, "value" if hasattr(point, "value") else "count"
            )
            for name, attributes, point in self.points()
            if name == metric.name
        }
        return {labels: value for labels, value in found.items() if value or metric.kind != "counter"}

    def sums(self, metric):
        order = [each.name for each in metric.attributes]
        return {
            tuple(attributes[name] for name in order if name in attributes): point.sum
            for name, attributes, point in self.points()
            if name == metric.name
        }
