"""Telemetry: spans always, export only where asked for, to a real HTTP server here."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import grpc
import pytest
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.util._once import Once
from structlog.testing import capture_logs

from infra import telemetry
from infra.telemetry import start_telemetry
from infra.telemetry_settings import TelemetrySettings
from schemas.failures import ConfigurationError


@pytest.fixture(autouse=True)
def _own_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenTelemetry lets a process set its provider once; each test here is a process's start."""
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
    for name in [each for each in os.environ if each.startswith("OTEL_")]:
        monkeypatch.delenv(name)


class Collector(HTTPServer):
    """Keeps what is posted to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.posted: list[tuple[str, bytes]] = []
        self.status = 200


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.posted.append((self.path, body))
        self.send_response(self.server.status)
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
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "OTLP")
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


def work() -> None:
    with trace.get_tracer("test").start_as_current_span("work"):
        pass


def test_without_a_collector_spans_go_to_a_file_of_the_process(tmp_path: Path) -> None:
    started = start_telemetry(TelemetrySettings(), "ragstream-test", tmp_path)
    work()
    started.stop()
    assert started.dropped == 0
    [path] = (tmp_path / "traces").glob("*.jsonl")
    [line] = path.read_text("utf-8").splitlines()
    assert json.loads(line)["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["name"] == "work"


@pytest.mark.parametrize("sampler", ["always_off", "parentbased_traceidratio"])
def test_files_keep_what_sampling_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sampler: str) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0")
    started = start_telemetry(TelemetrySettings(), "ragstream-test", tmp_path)
    work()
    started.stop()
    assert len(next((tmp_path / "traces").glob("*.jsonl")).read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("settings", "variables"),
    [
        (TelemetrySettings(trace_file_mib=0), {}),
        (TelemetrySettings(), {"OTEL_TRACES_EXPORTER": "none"}),
        (TelemetrySettings(otlp_endpoint="http://127.0.0.1:9"), {"OTEL_TRACES_EXPORTER": "none"}),
        (TelemetrySettings(), {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}),
    ],
)
def test_no_file_is_written_where_none_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: TelemetrySettings, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    started = start_telemetry(settings, "ragstream-test", tmp_path)
    assert trace.get_tracer("test").start_span("work").get_span_context().is_valid
    started.stop()
    assert not (tmp_path / "traces").exists()


def test_a_disabled_sdk_makes_no_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    started = start_telemetry(TelemetrySettings(), "ragstream-test")
    assert not trace.get_tracer("test").start_span("work").is_recording()
    started.stop()


@pytest.mark.parametrize(
    ("name", "value"), [("OTEL_TRACES_EXPORTER", "zipkin"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
)
def test_what_is_not_supported_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=f"{name}={value} is not supported: set "):
        start_telemetry(TelemetrySettings(otlp_endpoint="http://127.0.0.1:9"), "ragstream-test")


@pytest.mark.parametrize(
    ("name", "value"),
    [("EXPORTER_OTLP_TIMEOUT", "10s"), ("EXPORTER_OTLP_COMPRESSION", "zstd"), ("ATTRIBUTE_COUNT_LIMIT", "many")],
)
def test_what_the_sdk_cannot_use_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    monkeypatch.setenv(f"OTEL_{name}", value)
    with pytest.raises(ConfigurationError, match=r"one of the OTEL_\* variables cannot be used: .*" + value):
        start_telemetry(TelemetrySettings(otlp_endpoint="http://127.0.0.1:9"), "ragstream-test")


def test_why_a_collector_takes_nothing_is_said(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    collector.status = 401
    settings = TelemetrySettings(otlp_endpoint=f"http://127.0.0.1:{collector.server_port}")
    with capture_logs() as logs:
        started = start_telemetry(settings, "ragstream-test")
        work()
        started.stop()
    assert (logs[0]["event"], logs[0]["dropped"]) == ("spans are not delivered", 1)
    assert "401" in logs[0]["reason"]


def test_grpc_is_spoken_where_the_protocol_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bytes] = []

    class Service(grpc.GenericRpcHandler):
        def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
            assert details.method.endswith("TraceService/Export")
            return grpc.unary_unary_rpc_method_handler(lambda request, _: taken.append(request) or b"")

    server = grpc.server(ThreadPoolExecutor(1), handlers=[Service()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    started = start_telemetry(TelemetrySettings(otlp_endpoint=f"http://127.0.0.1:{port}"), "ragstream-test")
    work()
    started.stop()
    server.stop(0)
    [request] = taken
    assert ExportTraceServiceRequest.FromString(request).resource_spans[0].scope_spans[0].spans[0].name == "work"
    assert started.dropped == 0


def test_the_standard_variables_name_the_service(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "theirs")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=prod,service.namespace=shop")
    endpoint = f"http://127.0.0.1:{collector.server_port}"
    started = start_telemetry(TelemetrySettings(otlp_endpoint=endpoint), "ragstream-test")
    work()
    started.stop()
    (resource,) = ExportTraceServiceRequest.FromString(collector.posted[0][1]).resource_spans
    named = {each.key: each.value.string_value for each in resource.resource.attributes}
    assert (named["service.name"], named["service.namespace"]) == ("theirs", "shop")
    assert named["deployment.environment.name"] == "prod"


def test_started_twice_spans_are_exported_once(collector: Collector) -> None:
    """FAILURES 76."""
    settings = TelemetrySettings(otlp_endpoint=f"http://127.0.0.1:{collector.server_port}")
    first, second = (start_telemetry(settings, "ragstream-test") for _ in range(2))
    work()
    second.stop()
    first.stop()
    assert len(collector.posted) == 1


HANGING = """
import signal, sys, threading
from infra.telemetry_settings import TelemetrySettings
from infra.telemetry import start_telemetry
from opentelemetry import trace
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
started = start_telemetry(TelemetrySettings(otlp_endpoint=sys.argv[1]), "ragstream-test")
for _ in range(20_000):
    trace.get_tracer("test").start_span("work").end()
print("ready", flush=True)
stop.wait()
started.stop()
print(started.dropped, flush=True)
"""


def test_a_process_whose_collector_hangs_ends_on_sigterm_and_says_once_what_was_dropped() -> None:
    """FAILURES 75."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        process = subprocess.Popen(
            [sys.executable, "-c", HANGING, endpoint],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=40)
        assert time.monotonic() - began < telemetry.SHUTDOWN_LIMIT_S + 3
    assert process.returncode == 0
    assert said.splitlines()[-1] == "20000"
    assert len(said.splitlines()) <= 3
