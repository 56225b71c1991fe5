"""Telemetry: spans always, export only where asked for, to a real HTTP server here."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.util._once import Once

from infra import telemetry
from infra.settings import TelemetrySettings
from infra.telemetry import start_telemetry


@pytest.fixture(autouse=True)
def _own_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenTelemetry lets a process set its provider once; each test here is a process's start."""
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


class Collector(HTTPServer):
    """Keeps what is posted to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.posted: list[tuple[str, bytes]] = []


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.posted.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_spans_have_ids_without_any_collector() -> None:
    started = start_telemetry(TelemetrySettings(), "ragstream-test")
    with trace.get_tracer("test").start_as_current_span("work") as span:
        assert span.get_span_context().is_valid
    started.stop()


def test_spans_reach_the_collector_of_the_setting_with_the_service_name(collector: Collector) -> None:
    endpoint = f"http://127.0.0.1:{collector.server_port}"
    started = start_telemetry(TelemetrySettings(otlp_endpoint=endpoint), "ragstream-test")
    with trace.get_tracer("test").start_as_current_span("work"):
        pass
    started.stop()
    ((path, body),) = collector.posted
    assert path == "/v1/traces"
    (resource,) = ExportTraceServiceRequest.FromString(body).resource_spans
    attributes = {each.key: each.value.string_value for each in resource.resource.attributes}
    assert attributes["service.name"] == "ragstream-test"
    assert [span.name for scope in resource.scope_spans for span in scope.spans] == ["work"]


def test_the_standard_variable_is_heeded(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_port}")
    started = start_telemetry(TelemetrySettings(), "ragstream-test")
    with trace.get_tracer("test").start_as_current_span("work"):
        pass
    started.stop()
    assert [path for path, _ in collector.posted] == ["/v1/traces"]


def test_a_provider_that_is_there_already_is_used_and_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """FAILURES 76."""
    stopped = []
    theirs = TracerProvider()
    monkeypatch.setattr(theirs, "shutdown", lambda: stopped.append(True))
    trace.set_tracer_provider(theirs)
    started = start_telemetry(TelemetrySettings(otlp_endpoint="http://127.0.0.1:9"), "ragstream-test")
    assert trace.get_tracer_provider() is theirs
    started.stop()
    assert stopped == []


def test_a_collector_that_accepts_and_never_answers_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """FAILURES 75."""
    monkeypatch.setattr(telemetry, "SHUTDOWN_LIMIT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        started = start_telemetry(TelemetrySettings(otlp_endpoint=f"http://127.0.0.1:{port}"), "ragstream-test")
        with trace.get_tracer("test").start_as_current_span("work"):
            pass
        began = time.monotonic()
        started.stop()
        assert time.monotonic() - began < 2


def test_a_collector_that_refuses_costs_no_time_where_spans_are_made() -> None:
    """FAILURES 75."""
    started = start_telemetry(TelemetrySettings(otlp_endpoint="http://127.0.0.1:9"), "ragstream-test")
    began = time.monotonic()
    for _ in range(10_000):
        with trace.get_tracer("test").start_as_current_span("work"):
            pass
    assert time.monotonic() - began < 3
    started.stop()
