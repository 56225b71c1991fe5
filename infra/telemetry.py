"""Settings in, an OpenTelemetry tracer provider for this process out.

Spans are made always, so that every event carries a trace id, and exported only where an OTLP endpoint is given (by
our setting or by the standard `OTEL_EXPORTER_OTLP_ENDPOINT`). A collector that is down costs a bounded queue: the
batch processor drops what does not fit and never waits.
"""

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Final

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from infra.settings import TelemetrySettings

SHUTDOWN_LIMIT_S: Final = 5.0
"""Longest that exporting the last spans may hold up the end of a process."""


def start_telemetry(settings: TelemetrySettings, service: str) -> Callable[[], None]:
    """Install the provider; the callable that is given back exports what is left and stops it.

    A provider that is installed already, by an application or by auto-instrumentation, is used as it is and left alone.
    """
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return _leave_alone
    provider = TracerProvider(resource=Resource.create({"service.name": service, "service.namespace": "ragstream"}))
    endpoint = settings.otlp_endpoint
    if (
        endpoint
        or os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
        or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    ):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - slow

        path = None if endpoint is None else f"{endpoint.rstrip('/')}/v1/traces"
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=path)))
    trace.set_tracer_provider(provider)
    return partial(_shut_down, provider)


def _leave_alone() -> None:
    """It is not ours to stop."""


def _shut_down(provider: TracerProvider) -> None:
    """On a thread, since an exporter whose collector hangs waits for its own, longer, time-outs."""
    thread = threading.Thread(target=provider.shutdown, name="telemetry-shutdown", daemon=True)
    thread.start()
    thread.join(SHUTDOWN_LIMIT_S)
