"""Settings and the standard `OTEL_*` variables in, an OpenTelemetry tracer provider for this process out.

Where spans go: to a collector over OTLP where an endpoint is given, by our setting or by `OTEL_EXPORTER_OTLP_ENDPOINT`;
else to files under the home folder, which `ragstream trace` reads. A bounded queue lies in between and drops what
doesn't fit: a collector, or a disk, that is down or slow never holds up the work. `OTEL_SDK_DISABLED=true` makes no
spans, `OTEL_TRACES_EXPORTER=none` keeps none.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeVar

from opentelemetry import trace
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SpanExporter
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import _get_from_env_or_default

from infra.exporter_words import listen
from infra.span_queue import SpanQueue
from infra.span_sampling import KeepingProcessor, RecordingSampler
from infra.telemetry_settings import TelemetrySettings
from infra.trace_files import MIB, TraceFileExporter
from schemas.failures import ConfigurationError

SHUTDOWN_LIMIT_S: Final = 5.0
"""Longest that exporting the last spans may hold up the end of a process."""
PROTOCOLS: Final = ("http/protobuf", "grpc")
EXPORTERS: Final = ("otlp", "console", "none")
TRACES: Final = "traces"
"""Folder below the home folder."""
M = TypeVar("M")


@dataclass(frozen=True)
class Telemetry:
    """What tells of this process. `provider` and `queue` are None where somebody else's provider is used."""

    provider: TracerProvider | None = None
    queue: SpanQueue | None = None

    @property
    def dropped(self) -> int:
        """Spans that were not delivered."""
        return 0 if self.queue is None else self.queue.dropped

    def stop(self) -> None:
        """Export what is left, for `SHUTDOWN_LIMIT_S` at most.

        On a thread, since an exporter whose collector hangs waits for its own, longer, time-outs.
        """
        if self.provider is None:
            return
        thread = threading.Thread(target=self.provider.shutdown, name="telemetry-shutdown", daemon=True)
        thread.start()
        thread.join(SHUTDOWN_LIMIT_S)


def start_telemetry(
    settings: TelemetrySettings, service: str, home: Path | None = None, ids: IdGenerator | None = None
) -> Telemetry:
    """Install the provider; the caller stops what is given back.

    A provider that is installed already, by an application or by auto-instrumentation, is used as it is and left alone.
    Without a `home` there are no files. Raises `ConfigurationError` for variables that ask for what there is not.
    """
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return Telemetry()
    exporter, where = _exporter(settings, service, home)
    provider = made_by_variables(
        lambda: TracerProvider(
            sampler=RecordingSampler(_get_from_env_or_default()),
            resource=resource(service),
            id_generator=ids,
            shutdown_on_exit=False,
        )
    )
    queue = None
    if exporter is not None:
        queue = SpanQueue(exporter, where, listen().taken)
        provider.add_span_processor(_kept(queue, settings, where))
    trace.set_tracer_provider(provider)
    return Telemetry(provider, queue)


def _kept(queue: SpanQueue, settings: TelemetrySettings, where: str) -> SpanProcessor:
    """Files keep everything: they are bounded, and nobody else sees them."""
    return queue if where == TRACES else KeepingProcessor(queue, settings.slow_ms)


def exports(settings: TelemetrySettings) -> bool:
    """Whether spans go to a collector. Raises `ConfigurationError` for what is no address of one."""
    return _chosen() == "otlp" and bool(collector(settings, "TRACES"))


def collector(settings: TelemetrySettings, signal: str) -> str:
    """The address for `TRACES` or `METRICS`, by our setting or by the variables; empty where there is none.

    Raises `ConfigurationError` for one that nothing could be sent to by HTTP; gRPC does without a scheme.
    """
    given = settings.otlp_endpoint or first(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
    if given and otlp_protocol(signal) != "grpc" and not given.lower().startswith(("http://", "https://")):
        raise ConfigurationError(  # without the address: it may have a password in it
            "the collector's address (RAGSTREAM_TELEMETRY__OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT) "
            "does not begin with http:// or https://: set one such as http://127.0.0.1:4318"
        )
    return given


def _exporter(settings: TelemetrySettings, service: str, home: Path | None) -> tuple[SpanExporter | None, str]:
    """Where spans go, and what to call it."""
    match _chosen():
        case "none":
            return None, ""
        case "console":
            return ConsoleSpanExporter(), "console"
    if exports(settings):
        return made_by_variables(lambda: _otlp(settings.otlp_endpoint)), "collector"
    if home is None or not settings.trace_file_mib:
        return None, ""
    return TraceFileExporter(home / TRACES, service, settings.trace_file_mib * MIB), TRACES


def _otlp(endpoint: str | None) -> SpanExporter:
    """The exporter for the protocol that the variables name; they also say headers, certificates and time-outs."""
    if otlp_protocol("TRACES") == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (  # noqa: PLC0415 - slow
            OTLPSpanExporter as GrpcExporter,
        )

        return GrpcExporter(endpoint=endpoint)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - slow

    return OTLPSpanExporter(endpoint=None if endpoint is None else f"{endpoint.rstrip('/')}/v1/traces")


def made_by_variables(make: Callable[[], M]) -> M:
    """What `make` gives, which reads `OTEL_*`. Raises `ConfigurationError` for a value that it cannot use."""
    try:
        return make()
    except ConfigurationError:
        raise
    except Exception as error:  # the SDK's have no class of their own
        raise ConfigurationError(f"one of the OTEL_* variables cannot be used: {error}") from error


def otlp_protocol(signal: str) -> str:
    """That of the variables for `TRACES` or `METRICS`. Raises `ConfigurationError` for one that there is not."""
    given = first(f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
    protocol = given.lower() or PROTOCOLS[0]
    if protocol not in PROTOCOLS:
        raise ConfigurationError(
            f"OTEL_EXPORTER_OTLP_PROTOCOL={protocol} is not supported: set {' or '.join(PROTOCOLS)}"
        )
    return protocol


def _chosen() -> str:
    chosen = first("OTEL_TRACES_EXPORTER").lower() or EXPORTERS[0]
    if chosen not in EXPORTERS:
        raise ConfigurationError(f"OTEL_TRACES_EXPORTER={chosen} is not supported: set {' or '.join(EXPORTERS)}")
    return chosen


def first(*names: str) -> str:
    """The first of the variables that says something."""
    return next((value for name in names if (value := os.environ.get(name, "").strip())), "")


def resource(service: str) -> Resource:
    """Who we are; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` go before."""
    ours = Resource(
        {"service.name": service, "service.namespace": "ragstream", "service.version": version("ragstream")}
    )
    theirs = Resource.create({})
    return theirs.merge(ours).merge(OTELResourceDetector().detect())
