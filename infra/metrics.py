"""Settings and the standard `OTEL_*` variables in, a meter provider for this process and where it is read out.

Metrics are read at a Prometheus endpoint on loopback, and sent to a collector over OTLP where an endpoint is given.
`OTEL_METRICS_EXPORTER` names one or both (`prometheus,otlp`), or `none`; `OTEL_METRIC_EXPORT_INTERVAL` says how often
they are sent. Nothing of it runs on the event loop.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from opentelemetry import metrics as otel
from opentelemetry import trace
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter, MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

from infra.local.files import write_whole
from infra.process_metrics import observe_process
from infra.prometheus_endpoint import Exposition, PrometheusEndpoint
from infra.span_metrics import SpanMetrics
from infra.telemetry import collector, first, made_by_variables, otlp_protocol, resource
from infra.telemetry_settings import TelemetrySettings, metrics_port
from schemas.failures import ConfigurationError
from schemas.metrics import METRICS, SPANS_DROPPED

METER: Final = "ragstream"
MOST_SERIES: Final = 2_000
"""Of one metric; beyond, OpenTelemetry puts everything into one more."""
SHUTDOWN_LIMIT_S: Final = 2.0
LOOPBACK: Final = "127.0.0.1"
READERS: Final = ("prometheus", "otlp", "none")
log = structlog.get_logger()


@dataclass(frozen=True)
class Metrics:
    """What measures this process. `provider` is None where nothing does."""

    provider: MeterProvider | None = None
    address: str | None = None
    """`host:port` of the Prometheus endpoint; None where there is none."""


@contextmanager
def measured_process(
    settings: TelemetrySettings, service: str, targets: Path | None = None, dropped: Callable[[], int] = lambda: 0
) -> Iterator[Metrics]:
    """Install the provider; its readers are closed with the block.

    A provider that is installed already, by an application or by auto-instrumentation, is told everything, and is
    read out by whoever installed it.

    `targets` is a file for Prometheus's `file_sd_configs`, which says where the endpoint is. The caller takes it away
    when nobody is to look for the process any more.
    `dropped` counts the spans that were lost. Raises `ConfigurationError` for variables that ask for what there is not.
    """
    wanted, port = _wanted(settings), metrics_port(settings)
    if not wanted or os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        yield Metrics()
        return
    theirs = otel.get_meter_provider()
    if isinstance(theirs, MeterProvider):
        _observe(theirs, dropped)
        yield Metrics(theirs)
        return
    about = resource(service)
    exposition = Exposition(about) if "prometheus" in wanted else None
    readers: list[MetricReader] = [] if exposition is None else [exposition]
    if "otlp" in wanted:
        exporter = made_by_variables(lambda: _otlp(settings.otlp_endpoint))
        readers.append(PeriodicExportingMetricReader(exporter))
    provider = make_provider(about, readers)
    otel.set_meter_provider(provider)
    _observe(provider, dropped)
    endpoint = None if exposition is None else _opened(exposition, port)
    try:
        if targets is not None:
            _announce(targets, service, endpoint)
        yield Metrics(provider, None if endpoint is None else endpoint.address)
    finally:
        if endpoint is not None:
            endpoint.close()
        _stop(provider)


def make_provider(about: Resource, readers: list[MetricReader]) -> MeterProvider:
    """A provider that lets every registered metric have its own attributes and no other."""
    views = [
        View(
            instrument_name=each.name,
            attribute_keys={attribute.name for attribute in each.attributes},
            aggregation_cardinality_limit=MOST_SERIES,
        )
        for each in METRICS.values()
    ]
    return MeterProvider(metric_readers=readers, resource=about, views=views, shutdown_on_exit=False)


def _observe(provider: MeterProvider, dropped: Callable[[], int]) -> None:
    meter = provider.get_meter(METER)
    observe_process(meter)

    def read_dropped(_: CallbackOptions) -> list[Observation]:
        return [Observation(dropped())]

    SPANS_DROPPED.on(meter, read_dropped)
    spans = trace.get_tracer_provider()
    if isinstance(spans, TracerProvider):
        spans.add_span_processor(SpanMetrics(meter))


def _wanted(settings: TelemetrySettings) -> set[str]:
    """Which readers; without a word the endpoint, and a collector where there is one."""
    given = {each.strip() for each in first("OTEL_METRICS_EXPORTER").split(",") if each.strip()}
    if unknown := given - set(READERS):
        raise ConfigurationError(
            f"OTEL_METRICS_EXPORTER={','.join(sorted(unknown))} is not supported: set {' or '.join(READERS)}"
        )
    if given:
        return given - {"none"}
    return {"prometheus", "otlp"} if collector(settings, "METRICS") else {"prometheus"}


def _otlp(endpoint: str | None) -> MetricExporter:
    """The exporter for the protocol that the variables name; they also say headers, certificates and time-outs."""
    if otlp_protocol("METRICS") == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import (  # noqa: PLC0415 - slow
            OTLPMetricExporter as GrpcExporter,
        )

        return GrpcExporter(endpoint=endpoint)
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415 - slow

    return OTLPMetricExporter(endpoint=None if endpoint is None else f"{endpoint.rstrip('/')}/v1/metrics")


def _opened(exposition: Exposition, port: int) -> PrometheusEndpoint | None:
    """The endpoint; without one the work goes on all the same."""
    host = first("OTEL_EXPORTER_PROMETHEUS_HOST") or LOOPBACK
    try:
        endpoint = PrometheusEndpoint(exposition, host, port)
    except OSError as error:
        log.warning(
            "no metrics endpoint",
            host=host,
            port=port,
            reason=f"{error}; set RAGSTREAM_TELEMETRY__METRICS_PORT to a free port, or to 0 for any",
        )
        return None
    log.info("metrics", url=f"http://{endpoint.address}/metrics")
    return endpoint


def _announce(targets: Path, service: str, endpoint: PrometheusEndpoint | None) -> None:
    targets.unlink(missing_ok=True)
    if endpoint is not None:
        targets.parent.mkdir(parents=True, exist_ok=True)
        labels = {"role": service.removeprefix("ragstream-")}
        write_whole(targets, json.dumps([{"targets": [endpoint.address], "labels": labels}]))


def _stop(provider: MeterProvider) -> None:
    """On a thread, since an exporter whose collector hangs waits for its own, longer, time-outs."""
    thread = threading.Thread(target=provider.shutdown, name="metrics-shutdown", daemon=True)
    thread.start()
    thread.join(SHUTDOWN_LIMIT_S)
