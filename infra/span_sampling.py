"""Which spans are kept: those that were sampled, and of the rest hops that failed and slow answers, with their steps.

The head decides by `OTEL_TRACES_SAMPLER`, parent-based unless told otherwise. What it leaves out is recorded all the
same, held until the hop that it belongs to has ended, and dropped then if all went well. Other processes decide for
their own hops; a collector, which sees whole traces, can do better (`infra/otel-collector.yaml`).
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, StatusCode, TraceState
from opentelemetry.util.types import Attributes

from schemas import signals

MOST_HELD: Final = 2_048
"""Steps of hops that are under way; beyond, those of the oldest are given up."""
MS: Final = 1_000_000
ANSWER: Final = "answer"
"""The stage that somebody waits for; a bulk ingest is slow and nobody minds."""


class RecordingSampler(Sampler):
    """Another sampler's decisions, except that nothing goes unrecorded."""

    def __init__(self, head: Sampler) -> None:
        self._head = head

    def should_sample(  # noqa: PLR0917 - as OpenTelemetry has it
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """The head's decision; `RECORD_ONLY` in place of `DROP`, so that the flag that goes on stays unset."""
        decided = self._head.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)
        if decided.decision is not Decision.DROP:
            return decided
        return SamplingResult(Decision.RECORD_ONLY, attributes, decided.trace_state)

    def get_description(self) -> str:
        """For people."""
        return f"Recording({self._head.get_description()})"


class KeepingProcessor(SpanProcessor):
    """Passes on sampled spans, and of the others each hop that failed, or is an answer and took `slow_ms`.

    What an answer took counts from its question's time in Kafka. Spans end on several threads: steps run on their own.
    """

    def __init__(self, inner: SpanProcessor, slow_ms: float) -> None:
        self._inner = inner
        self._slow_ms = slow_ms
        self._lock = threading.Lock()
        self._hop_of: dict[int, int] = {}
        """Of each span that has not ended, the span of the hop that it is a step of."""
        self._steps: OrderedDict[int, list[ReadableSpan]] = OrderedDict()
        self._held = 0

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Remember which hop a span belongs to."""
        del parent_context  # the span has it
        context = span.get_span_context()
        if context is None or context.trace_flags.sampled:
            return
        above = None if span.parent is None or span.parent.is_remote else self._hop_of.get(span.parent.span_id)
        self._hop_of[context.span_id] = context.span_id if above is None else above

    def on_end(self, span: ReadableSpan) -> None:
        """Pass on, hold, or drop."""
        context = span.get_span_context()
        if context is None or context.trace_flags.sampled:
            self._inner.on_end(span)
            return
        with self._lock:
            hop = self._hop_of.pop(context.span_id, context.span_id)
            if hop != context.span_id:
                self._hold(hop, span)
                return
            steps = self._steps.pop(hop, [])
            self._held -= len(steps)
        if self._is_slow(span) or any(each.status.status_code is StatusCode.ERROR for each in (span, *steps)):
            for each in (*steps, span):
                self._inner.on_end(each)

    def _is_slow(self, span: ReadableSpan) -> bool:
        attributes = span.attributes or {}
        waited_ms = attributes.get(signals.WAITED_MS)
        took_ms = ((span.end_time or 0) - (span.start_time or 0)) / MS
        took_ms += waited_ms if isinstance(waited_ms, float) else 0.0
        return attributes.get(signals.STAGE) == ANSWER and took_ms >= self._slow_ms

    def _hold(self, hop: int, span: ReadableSpan) -> None:
        self._steps.setdefault(hop, []).append(span)
        self._held += 1
        while self._held > MOST_HELD:
            _, given_up = self._steps.popitem(last=False)
            self._held -= len(given_up)

    def shutdown(self) -> None:
        """What is under way is not told."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Of what was passed on."""
        return self._inner.force_flush(timeout_millis)
