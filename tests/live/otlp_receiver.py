"""A real OTLP receiver, over HTTP and gRPC: what exporters deliver, decoded."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)


@dataclass(frozen=True)
class Received:
    """A span as it came; ids in hexadecimal, times in nanoseconds."""

    service: str
    trace_id: str
    span_id: str
    parent_id: str
    name: str
    start: int
    end: int
    attributes: dict[str, Any]
    links: tuple[tuple[str, str], ...]


@dataclass
class OtlpReceiver(TraceServiceServicer):
    """Keeps every span of every request."""

    spans: list[Received] = field(default_factory=list)
    http: str = ""
    grpc: str = ""

    def take(self, request: ExportTraceServiceRequest) -> None:
        for resource in request.resource_spans:
            service = _attributes(resource.resource.attributes)["service.name"]
            self.spans += [_received(span, service) for scope in resource.scope_spans for span in scope.spans]

    def Export(self, request: ExportTraceServiceRequest, context: Any) -> ExportTraceServiceResponse:  # noqa: N802 - gRPC's
        self.take(request)
        return ExportTraceServiceResponse()

    def trace(self, trace_id: str) -> dict[str, Received]:
        """A trace's spans by id, oldest first: a back end keeps one of each id."""
        mine = sorted((each for each in self.spans if each.trace_id == trace_id), key=lambda each: each.start)
        return {each.span_id: each for each in mine}


@contextmanager
def otlp_receiver() -> Iterator[OtlpReceiver]:
    """Both servers, on ports of their own."""
    receiver = OtlpReceiver()

    class Http(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path == "/v1/traces":  # metrics come as well
                receiver.take(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    rpc = grpc.server(ThreadPoolExecutor(4))
    add_TraceServiceServicer_to_server(receiver, rpc)
    receiver.grpc = f"http://127.0.0.1:{rpc.add_insecure_port('127.0.0.1:0')}"
    rpc.start()
    with ThreadingHTTPServer(("127.0.0.1", 0), Http) as server:
        receiver.http = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield receiver
        server.shutdown()
    rpc.stop(1)


def _received(span: Any, service: str) -> Received:
    return Received(
        service=service,
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        name=span.name,
        start=span.start_time_unix_nano,
        end=span.end_time_unix_nano,
        attributes=_attributes(span.attributes),
        links=tuple((each.trace_id.hex(), each.span_id.hex()) for each in span.links),
    )


def _attributes(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}
