"""Finished spans in, how long steps and models take and how many tokens they use out.

What a span measures anyway is not measured twice. Spans are looked at before sampling, so the numbers are whole.
"""

from typing import Any

from opentelemetry.metrics import Meter
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import NonRecordingSpan, set_span_in_context

from schemas import metrics, signals
from schemas.metric_bounds import Bounded
from schemas.metrics import ERROR, FIRST_CHUNK, MODEL_DURATION, STEP_DURATION, TOKEN_USAGE

NS = 1e9
CANCELLED = "CancelledError"
"""Nobody waited any longer, which is no error of the step; it counts with the time that it had, among the slow ones."""
TOKENS = ((signals.GEN_AI_INPUT_TOKENS, "input"), (signals.GEN_AI_OUTPUT_TOKENS, "output"))


class SpanMetrics(SpanProcessor):
    """An OpenTelemetry `SpanProcessor`."""

    def __init__(self, meter: Meter) -> None:
        self._bounded = Bounded()
        self._model = MODEL_DURATION.on(meter)
        self._first = FIRST_CHUNK.on(meter)
        self._tokens = TOKEN_USAGE.on(meter)
        self._step = STEP_DURATION.on(meter)
        self._steps = frozenset(metrics.STEP.values)

    def on_end(self, span: ReadableSpan) -> None:
        """Costs some microseconds; records' own spans are the runner's to measure."""
        attributes = span.attributes or {}
        failed = attributes.get(signals.ERROR_TYPE)
        error = {} if failed in {None, CANCELLED} else {ERROR.name: self._bounded(ERROR, str(failed))}
        made = span.get_span_context()
        context = None if made is None else set_span_in_context(NonRecordingSpan(made))
        if signals.GEN_AI_OPERATION in attributes:
            self._of_model(span, attributes, error, context)
            return
        step = span.name.partition(" ")[0]
        if step in self._steps and signals.STAGE not in attributes:
            self._step.record(_seconds(span), {metrics.STEP.name: step, **error}, context)

    def _of_model(self, span: ReadableSpan, attributes: Any, error: Any, context: Any) -> None:
        given = [each for each in FIRST_CHUNK.attributes if each.name in attributes]
        about = {each.name: self._bounded(each, str(attributes[each.name])) for each in given}
        self._model.record(_seconds(span), {**about, **error}, context)
        if (first := attributes.get(signals.GEN_AI_FIRST_CHUNK)) is not None:
            self._first.record(first, about, context)
        for name, kind in TOKENS:
            if (count := attributes.get(name)) is not None:
                self._tokens.record(count, {**about, metrics.TOKEN_TYPE.name: kind}, context)


def _seconds(span: ReadableSpan) -> float:
    return ((span.end_time or 0) - (span.start_time or 0)) / NS
