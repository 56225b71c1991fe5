"""What sampling leaves out is kept all the same when it failed or was slow."""

import sys
import threading
import time

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased
from opentelemetry.trace import NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags

from infra.span_sampling import MOST_HELD, KeepingProcessor, RecordingSampler
from tests.infra.finished_spans import Taking


class Passing(SpanProcessor):
    """Hands every span on, as the queue does; the SDK's own leave out what was not sampled."""

    def __init__(self, exporter):
        self.exporter = exporter

    def on_end(self, span):
        self.exporter.export([span])


@pytest.fixture
def world():
    exporter = Taking()
    provider = TracerProvider(sampler=RecordingSampler(ParentBased(ALWAYS_OFF)), shutdown_on_exit=False)
    provider.add_span_processor(KeepingProcessor(Passing(exporter), slow_ms=50))
    return provider.get_tracer("test"), exporter


def hop(tracer, *, fails=False, seconds=0.0, flags=0, stage="answer", waited_ms=1.0):
    remote = SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(flags))
    context = trace.set_span_in_context(NonRecordingSpan(remote))
    attributes = {"ragstream.stage": stage, "ragstream.waited_ms": waited_ms}
    with tracer.start_as_current_span("hop", context=context, attributes=attributes) as outer:
        with tracer.start_as_current_span("step") as step:
            time.sleep(seconds)
            if fails:
                step.set_status(Status(StatusCode.ERROR, "ValueError"))
        return outer.get_span_context()


def test_what_is_not_sampled_and_went_well_is_dropped_and_its_flag_goes_on(world):
    tracer, exporter = world
    assert not hop(tracer).trace_flags.sampled
    assert exporter.taken == []


@pytest.mark.parametrize("trouble", [{"fails": True}, {"seconds": 0.06}, {"waited_ms": 51.0}])
def test_what_failed_or_was_slow_is_kept_with_its_steps(world, trouble):
    tracer, exporter = world
    hop(tracer, **trouble)
    assert [span.name for span in exporter.taken] == ["step", "hop"]


def test_a_slow_batch_of_documents_is_not(world):
    tracer, exporter = world
    hop(tracer, seconds=0.06, stage="index", waited_ms=60_000.0)
    assert exporter.taken == []


def test_a_sampled_parent_is_followed(world):
    tracer, exporter = world
    assert hop(tracer, flags=1).trace_flags.sampled
    assert [span.name for span in exporter.taken] == ["step", "hop"]


def test_what_is_held_is_bounded():
    provider = TracerProvider(sampler=RecordingSampler(ALWAYS_OFF), shutdown_on_exit=False)
    keeping = KeepingProcessor(Passing(Taking()), slow_ms=50)
    provider.add_span_processor(keeping)
    tracer = provider.get_tracer("test")
    for _ in range(MOST_HELD + 10):
        with trace.use_span(tracer.start_span("never ends")):
            tracer.start_span("step").end()
    assert keeping._held == len(keeping._steps) == MOST_HELD


def test_steps_that_end_on_several_threads_are_counted_right():
    provider = TracerProvider(sampler=RecordingSampler(ALWAYS_OFF), shutdown_on_exit=False)
    keeping = KeepingProcessor(Passing(Taking()), slow_ms=50)
    provider.add_span_processor(keeping)
    tracer = provider.get_tracer("test")

    def work():
        for _ in range(500):
            with trace.use_span(tracer.start_span("hop"), end_on_exit=True):
                for _ in range(3):
                    tracer.start_span("step").end()

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert (keeping._held, len(keeping._steps), len(keeping._hop_of)) == (0, 0, 0)


def test_hops_of_one_trace_at_once_are_told_apart(world):
    tracer, exporter = world
    remote = SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(0))
    context = trace.set_span_in_context(NonRecordingSpan(remote))
    bad, good = (tracer.start_span(name, context=context) for name in ("bad", "good"))
    tracer.start_span("step of bad", context=trace.set_span_in_context(bad)).end()
    tracer.start_span("step of good", context=trace.set_span_in_context(good)).end()
    good.end()
    bad.set_status(Status(StatusCode.ERROR, "ValueError"))
    bad.end()
    assert [span.name for span in exporter.taken] == ["step of bad", "bad"]


def test_the_description_names_the_head():
    assert "TraceIdRatioBased{0.1}" in RecordingSampler(TraceIdRatioBased(0.1)).get_description()
