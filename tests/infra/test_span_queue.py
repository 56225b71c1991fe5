"""The queue before an exporter: nobody waits for it, it is bounded, and what is dropped is counted."""

import threading
import time

import pytest
from opentelemetry.sdk.trace.export import SpanExportResult
from structlog.testing import capture_logs

from infra.span_queue import PROBE, SpanQueue
from tests.infra.finished_spans import Taking, finished


class Hanging(Taking):
    """Answers when it is told to stop."""

    def __init__(self):
        super().__init__()
        self.release = threading.Event()

    def export(self, spans):
        self.calls += 1
        self.release.wait(30)
        return SpanExportResult.FAILURE

    def shutdown(self):
        self.release.set()


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")


def test_every_span_is_delivered_once_and_in_order():
    exporter, spans = Taking(), finished(3)
    queue = SpanQueue(exporter, "here")
    for span in spans:
        queue.on_end(span)
    assert queue.force_flush()
    queue.shutdown()
    assert (exporter.taken, queue.dropped, exporter.stopped) == (spans, 0, True)


def test_spans_that_are_on_their_way_are_not_gone_yet():
    exporter = Hanging()
    queue = SpanQueue(exporter, "here")
    queue.on_end(finished(1)[0])
    while not exporter.calls:
        time.sleep(0.001)
    assert not queue.force_flush(50)
    exporter.release.set()
    assert queue.force_flush(2_000)
    queue.shutdown()


def test_what_is_left_at_the_end_is_delivered(monkeypatch):
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "60000")
    exporter = Taking()
    queue = SpanQueue(exporter, "here")
    for span in finished(700):
        queue.on_end(span)
    queue.shutdown()
    assert (len(exporter.taken), queue.dropped) == (700, 0)


def test_a_collector_that_hangs_costs_bounded_memory_no_time_and_what_is_dropped_is_counted(monkeypatch):
    """FAILURES 75."""
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "1000")
    exporter = Hanging()
    queue = SpanQueue(exporter, "here")
    spans = finished(100)
    began = time.monotonic()
    for _ in range(1_000):
        for span in spans:
            queue.on_end(span)
    assert time.monotonic() - began < 2
    assert len(queue._queue) <= 1_000
    with capture_logs() as logs:
        began = time.monotonic()
        queue.shutdown(0.2)
        assert time.monotonic() - began < 2
    assert queue.dropped == 100_000
    queue._thread.join(5)
    assert queue.dropped == 100_000
    assert [each["event"] for each in logs].count("spans dropped") == 1


def test_a_collector_that_refuses_is_warned_of_once_and_its_return_is_told(monkeypatch):
    """FAILURES 75."""
    exporter = Taking()
    exporter.failing = True
    with capture_logs() as logs:
        queue = SpanQueue(exporter, "here")
        for span in finished(5):
            queue.on_end(span)
            queue.force_flush()
            time.sleep(0.03)
        exporter.failing = False
        queue.on_end(finished(1)[0])
        queue.shutdown()
    told = [(each["event"], each["dropped"]) for each in logs]
    assert told[0][0] == "spans are not delivered"
    assert told[1:] == [("spans are delivered again", 5), ("spans dropped", 5)]
    assert queue.dropped == 5


def test_while_a_collector_is_away_few_spans_are_spent_on_trying_and_those_that_waited_come_with_its_return():
    exporter = Taking()
    exporter.failing = True
    queue = SpanQueue(exporter, "here")
    spans = finished(1_000)
    for span in spans:
        queue.on_end(span)
    while exporter.calls < 4:
        time.sleep(0.001)
    exporter.failing = False
    assert queue.force_flush(5_000)
    queue.shutdown()
    lost = len(spans) - len(exporter.taken)
    assert exporter.taken == spans[lost:]
    assert queue.dropped == lost <= 512 + PROBE * (exporter.calls - 1)


def test_an_exporter_that_breaks_does_not_end_the_thread():
    class Broken(Taking):
        def export(self, spans):
            if self.calls == 0:
                self.calls += 1
                raise OSError("boom")
            return super().export(spans)

    exporter = Broken()
    queue = SpanQueue(exporter, "here")
    for span in finished(2):
        queue.on_end(span)
        queue.force_flush()
        time.sleep(0.05)
    queue.shutdown()
    assert (len(exporter.taken), queue.dropped) == (1, 1)


def test_after_the_end_spans_are_counted_as_dropped():
    queue = SpanQueue(Taking(), "here")
    queue.shutdown()
    queue.shutdown()
    queue.on_end(finished(1)[0])
    assert queue.dropped == 1


@pytest.mark.parametrize("value", ["many", "-1", "0", ""])
def test_a_variable_that_says_nothing_useful_leaves_the_default(monkeypatch, value):
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", value)
    queue = SpanQueue(Taking(), "here")
    assert queue._most == 4_096
    queue.shutdown()
