"""The section `telemetry` of the settings: what ragstream tells of itself, and where."""

import os
from typing import Final, Literal

from pydantic import BaseModel, Field

from schemas.failures import ConfigurationError

HIGHEST_PORT: Final = 65_535
PORT: Final = "OTEL_EXPORTER_PROMETHEUS_PORT"
"""OpenTelemetry's variable; our setting goes before it."""


class TelemetrySettings(BaseModel):
    """Traces, metrics and logs. Without an endpoint, traces go to files below the home folder."""

    otlp_endpoint: str | None = None
    """Of a collector; as `OTEL_EXPORTER_OTLP_ENDPOINT`, which does as well."""
    trace_file_mib: int = Field(default=32, ge=0, le=4_096)
    """Most MiB of trace files for each process; 0 writes none."""
    trace_texts: bool = False
    """Whether spans hold what is asked, prompted and answered: redacted, and cut."""
    slow_ms: float = Field(default=2_000.0, ge=0)
    """An answer that takes so long, since its question was in Kafka, is exported even where sampling leaves it out."""
    metrics_port: int = Field(default=0, ge=0, le=HIGHEST_PORT)
    """Of the Prometheus endpoint of a worker; 0 takes a free one."""
    metrics_tenants: int = Field(default=20, ge=0, le=1_000)
    """Tenants that metrics tell apart; those that come later are `other`."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"
    """`auto` is `console` at a terminal, and `json` elsewhere."""
    log_file_mib: int = Field(default=32, ge=1, le=4_096)
    """Most MiB of a worker's log where `ragstream up` started it; as much again is kept of what was before."""


def metrics_port(settings: TelemetrySettings) -> int:
    """Of the endpoint, by our setting or by OpenTelemetry's variable; 0 takes a free one.

    Raises `ConfigurationError` for a variable that is no port.
    """
    given = os.environ.get(PORT, "").strip() or "0"
    if not given.isdecimal() or int(given) > HIGHEST_PORT:
        raise ConfigurationError(f"{PORT}={given} is no port: set a number up to {HIGHEST_PORT}, or 0 for any")
    return settings.metrics_port or int(given)
