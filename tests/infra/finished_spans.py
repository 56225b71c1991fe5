"""Finished spans of a real provider, for tests of where they go."""

from typing import Any

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


def finished(count: int = 1, **attributes: Any) -> list[ReadableSpan]:
    """So many spans, each the child of the one before."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("ragstream")
    for number in range(count):
        tracer.start_span(f"work {number}", attributes=attributes).end()
    return list(exporter.get_finished_spans())


class Taking(SpanExporter):
    """Keeps what it is given; says that it failed while `failing`."""

    def __init__(self) -> None:
        self.taken: list[ReadableSpan] = []
        self.failing = False
        self.calls = 0
        self.stopped = False

    def export(self, spans: Any) -> SpanExportResult:
        self.calls += 1
        if self.failing:
            return SpanExportResult.FAILURE
        self.taken += spans
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        self.stopped = True
