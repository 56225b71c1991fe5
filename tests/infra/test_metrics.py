"""Metrics: an endpoint always, a collector where there is one, and nothing that ends a worker."""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.request import urlopen

import pytest
from opentelemetry import metrics as otel
from opentelemetry import trace
from opentelemetry.metrics import _internal
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.util._once import Once

from infra.metrics import METER, SHUTDOWN_LIMIT_S, measured_process
from infra.telemetry_settings import TelemetrySettings
from schemas.failures import ConfigurationError
from schemas.metrics import ANSWERS, STEP_DURATION

SETTINGS = TelemetrySettings()


@pytest.fixture(autouse=True)
def _own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenTelemetry lets a process set its providers once; each test here is a process's start."""
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", TracerProvider(shutdown_on_exit=False))
    monkeypatch.setattr(_internal, "_METER_PROVIDER", None)
    monkeypatch.setattr(_internal, "_METER_PROVIDER_SET_ONCE", Once())
    for name in [each for each in os.environ if each.startswith("OTEL_")]:
        monkeypatch.delenv(name)


def read(address: str) -> str:
    with urlopen(f"http://{address}/metrics", timeout=5) as answer:
        return str(answer.read().decode())


def test_a_worker_is_read_at_a_free_port_of_loopback_which_a_file_tells_prometheus(tmp_path) -> None:
    targets = tmp_path / "run" / "worker-index.targets.json"
    with measured_process(SETTINGS, "ragstream-index", targets, lambda: 7) as measured:
        ANSWERS.on(measured.provider.get_meter(METER)).add(2)
        trace.get_tracer("x").start_span("parse").end()
        text = read(measured.address)
        assert json.loads(targets.read_text()) == [{"targets": [measured.address], "labels": {"role": "index"}}]
    assert measured.address.startswith("127.0.0.1:")
    assert "ragstream_answers_total 2.0" in text
    assert "ragstream_spans_dropped_total 7.0" in text
    assert 'ragstream_step_duration_seconds_count{ragstream_step="parse"} 1.0' in text
    assert "process_memory_usage_bytes" in text
    assert 'service_name="ragstream-index"' in text
    assert targets.exists()
    with pytest.raises(OSError, match="refused"):
        read(measured.address)


def test_a_port_that_is_taken_costs_the_endpoint_and_not_the_worker(tmp_path, capsys) -> None:
    targets = tmp_path / "worker.targets.json"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with measured_process(TelemetrySettings(metrics_port=port), "ragstream-plan", targets) as measured:
            assert measured.address is None
            assert measured.provider is not None
            assert not targets.exists()
    said = capsys.readouterr()
    assert "set RAGSTREAM_TELEMETRY__METRICS_PORT to a free port" in said.out + said.err


def test_the_port_may_be_given_by_our_setting_or_by_opentelemetrys(monkeypatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("OTEL_EXPORTER_PROMETHEUS_PORT", str(port))
    with measured_process(SETTINGS, "ragstream-plan") as measured:
        assert measured.address == f"127.0.0.1:{port}"


@pytest.mark.parametrize("given", ["web", "-1", "65536"])
def test_a_variable_that_is_no_port_is_refused(given, monkeypatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_PROMETHEUS_PORT", given)
    with pytest.raises(ConfigurationError, match=f"OTEL_EXPORTER_PROMETHEUS_PORT={given} is no port: set a number"):
        measured_process(SETTINGS, "ragstream-plan").__enter__()


@pytest.mark.parametrize("variables", [{"OTEL_METRICS_EXPORTER": "none"}, {"OTEL_SDK_DISABLED": "true"}])
def test_who_wants_no_metrics_gets_none(variables, monkeypatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with measured_process(SETTINGS, "ragstream-plan") as measured:
        assert (measured.provider, measured.address) == (None, None)


def test_an_exporter_that_does_not_exist_is_refused(monkeypatch) -> None:
    monkeypatch.setenv("OTEL_METRICS_EXPORTER", "prometheus,graphite")
    with pytest.raises(ConfigurationError, match="graphite is not supported: set prometheus or otlp or none"):
        measured_process(SETTINGS, "ragstream-plan").__enter__()


def test_a_provider_of_the_application_is_told_and_not_closed() -> None:
    reader = InMemoryMetricReader()
    theirs = MeterProvider([reader], shutdown_on_exit=False)
    otel.set_meter_provider(theirs)
    with measured_process(SETTINGS, "ragstream-plan") as measured:
        assert (measured.provider, measured.address) == (theirs, None)
    assert otel.get_meter_provider() is theirs
    [found] = reader.get_metrics_data().resource_metrics
    assert "process.memory.usage" in {metric.name for scope in found.scope_metrics for metric in scope.metrics}


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.posted.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def collector() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        server.posted = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_collector_that_hangs_holds_up_the_end_for_two_seconds_at_most() -> None:
    """FAILURES 75."""
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        settings = TelemetrySettings(otlp_endpoint=f"http://127.0.0.1:{hanging.getsockname()[1]}")
        with measured_process(settings, "ragstream-plan"):
            began = time.monotonic()
        assert time.monotonic() - began < SHUTDOWN_LIMIT_S + 1.5


def test_a_collector_gets_them_too_with_what_is_left_at_the_end(collector) -> None:
    settings = TelemetrySettings(otlp_endpoint=f"http://127.0.0.1:{collector.server_port}")
    with measured_process(settings, "ragstream-plan") as measured:
        STEP_DURATION.on(measured.provider.get_meter(METER)).record(0.2, {"ragstream.step": "parse", "doc": "secret"})
        assert measured.address is not None
    [(path, body)] = collector.posted
    found = ExportMetricsServiceRequest.FromString(body).resource_metrics[0].scope_metrics
    [duration] = [each for scope in found for each in scope.metrics if each.name == STEP_DURATION.name]
    assert path == "/v1/metrics"
    assert list(duration.histogram.data_points[0].explicit_bounds) == list(STEP_DURATION.buckets)
    assert b"secret" not in body
