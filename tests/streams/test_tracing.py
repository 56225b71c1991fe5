"""Traces go through Kafka: the producer's context is continued, batches are linked, bad context does no harm."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from opentelemetry.trace import NoOpTracer, SpanKind, StatusCode

from schemas.answers import AnswerFailed, AnswerServed
from schemas.failures import PermanentError
from schemas.questions import QuestionAsked
from streams import tracing
from tests.streams.playbook import World, batch_stage, counting, docs, done, failing, handler_stage, step_stage
from tests.streams.samples import NOON, document, record

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


def traced(text="one", offset=0, parent=PARENT):
    return record(
        document("a", text), offset=offset, headers=(("traceparent", parent.encode()), ("tracestate", b"a=1"))
    )


def trace_of(out):
    return out.headers["traceparent"].decode().split("-")[1]


async def test_outputs_continue_the_producers_trace(spans):
    """FAILURES 73."""
    world = World()
    await world.runner(handler_stage(failing([]))).process([traced()])
    span = spans.get_finished_spans()[-1]
    assert (span.name, span.kind, span.parent.span_id) == ("answer documents", SpanKind.CONSUMER, 0x00F067AA0BA902B7)
    assert span.attributes["messaging.destination.name"] == "documents"
    assert span.attributes["messaging.kafka.offset"] == 0
    assert span.attributes["messaging.consumer.group.name"] == "ragstream-test"
    [out] = world.sent
    assert out.headers["traceparent"].decode() == f"00-{TRACE}-{span.context.span_id:016x}-01"
    assert out.headers["tracestate"] == b"a=1"


@pytest.mark.parametrize(("asked", "told"), [(-40, 40), (0, 0), (40, 0)])
def test_a_question_says_how_long_it_was_on_its_way_into_kafka_and_never_less_than_nothing(spans, asked, told):
    question = QuestionAsked(query_id="q", text="When?", at=NOON + timedelta(milliseconds=asked))
    span = tracing.tracer().start_span("answer queries")
    tracing.describe(span, question, record(question, topic="queries"))
    assert span.attributes["ragstream.sent_ms"] == told


async def test_a_handler_works_inside_its_records_span(spans):
    seen = []

    async def handler(event):
        seen.append(tracing.inject()["traceparent"].decode().split("-")[1])
        return []

    await World().runner(handler_stage(handler)).process([traced()])
    assert seen == [TRACE]


async def test_a_batch_is_linked_to_every_record_and_child_of_none(spans):
    """FAILURES 74."""
    world = World()
    other = f"00-{'ab' * 16}-00f067aa0ba902b7-01"

    async def batch(events):
        return [counting(None, event)[1] for event in events]

    await world.runner(batch_stage(batch)).process([traced("one"), traced("two", 1, other)])
    [together] = [span for span in spans.get_finished_spans() if span.name == "index batch"]
    assert together.parent is None
    assert [f"{link.context.trace_id:032x}" for link in together.links] == [TRACE, "ab" * 16]
    assert {name: value for name, value in together.attributes.items() if name.startswith("messaging.")} == {
        "messaging.system": "kafka",
        "messaging.operation.name": "index",
        "messaging.operation.type": "process",
        "messaging.batch.message_count": 2,
    }
    assert [trace_of(out) for out in world.sent] == [TRACE, "ab" * 16]


async def test_a_batch_of_several_traces_one_record_without_and_one_malformed(spans):
    """FAILURES 74, as it was hit."""
    other = f"00-{'ab' * 16}-00f067aa0ba902b7-01"
    world = World()
    records = [traced("one"), traced("two", 1), traced("three", 2, other), record(document("a", "four"), offset=3)]
    malformed = record("{", offset=4, headers=(("traceparent", f"00-{'cd' * 16}-00f067aa0ba902b7-01".encode()),))
    await world.runner(batch_stage(done)).process([*records, malformed])
    [together] = [span for span in spans.get_finished_spans() if span.name == "index batch"]
    hops = {span.context.span_id for span in spans.get_finished_spans() if span.name == "index documents"}
    linked = [link.context.span_id for link in together.links]
    assert (len(hops - set(linked)), len(linked)) == (1, len(records))
    assert trace_of(world.sent[-1]) == "cd" * 16


async def test_the_links_of_a_large_batch_are_bounded(spans):
    await World().runner(step_stage()).process([traced(offset=offset) for offset in range(100)])
    [together] = [span for span in spans.get_finished_spans() if span.name == "count batch"]
    assert len(together.links) == tracing.MAX_LINKS


@pytest.mark.parametrize("parent", ["garbage", "", "00-00000000000000000000000000000000-0000000000000000-01", "ü"])
async def test_an_unreadable_context_starts_a_new_trace(spans, parent):
    """FAILURES 14."""
    world = World()
    await world.runner(handler_stage(failing([]))).process([traced(parent=parent)])
    span = spans.get_finished_spans()[-1]
    assert span.parent is None
    assert trace_of(world.sent[0]) == f"{span.context.trace_id:032x}"


@pytest.mark.parametrize("stage", [step_stage(), batch_stage(done), handler_stage(failing([]))])
async def test_without_tracing_all_goes_on_and_the_producers_context_with_it(monkeypatch, stage):
    """FAILURES 73."""
    monkeypatch.setattr(tracing, "_tracer", NoOpTracer())
    world = World()
    await world.runner(stage).process([traced("one")])
    await world.runner(stage).process([traced("two", 1), record(document("a", "three"), offset=2)])
    assert world.sent[0].headers["traceparent"].decode() == PARENT
    assert "traceparent" not in world.sent[-1].headers


@pytest.mark.parametrize("headers", [(), (("traceparent", None),), (("traceparent", b"\xff"),)])
async def test_a_record_without_a_usable_context_is_traced_from_here_on_and_the_same_way_again(spans, headers):
    """FAILURES 73 and 14."""
    one = record(document("a"), headers=headers)
    for _ in range(2):
        await World().runner(handler_stage(failing([]))).process([one])
    first, again = spans.get_finished_spans()[1::2]
    assert first.parent is None
    assert first.context == again.context


async def test_a_failure_marks_its_span_without_the_exceptions_text_and_its_dead_letter_is_in_the_trace(spans):
    """FAILURES 79."""
    world = World()
    await world.runner(handler_stage(failing([ValueError("jane@example.org")]))).process([traced()])
    span = spans.get_finished_spans()[-1]
    assert (span.status.status_code, span.status.description, span.events) == (StatusCode.ERROR, "ValueError", ())
    assert trace_of(world.sent[0]) == TRACE


async def test_every_span_ends_even_when_the_work_is_given_up(spans):
    world = World(trouble=[RuntimeError("bug")])
    with pytest.raises(RuntimeError):
        await world.runner(step_stage()).process(docs("one", "two"))
    names = [span.name for span in spans.get_finished_spans()]
    assert sorted(names) == ["count batch", "count documents", "count documents", "send queries"]
    assert [span.status.description for span in spans.get_finished_spans()].count("RuntimeError") == 3


async def test_a_delivery_that_is_refused_marks_its_span_and_that_of_the_dead_letter_is_well(spans):
    def refuses(out):
        return PermanentError("jane@example.org") if out.topic == "queries" else None

    await World(refuses=refuses).runner(handler_stage(failing([]))).process([traced()])
    refused, letter = [span for span in spans.get_finished_spans() if span.name.startswith("send ")]
    assert (refused.name, refused.kind) == ("send queries", SpanKind.CLIENT)
    assert (refused.status.description, refused.attributes["error.type"]) == ("PermanentError", "PermanentError")
    assert "messaging.batch.message_count" not in refused.attributes
    assert (letter.name, letter.status.status_code) == ("send dead-letters", StatusCode.UNSET)


async def test_a_delivery_that_is_given_up_marks_the_span_that_is_linked_to_all(spans):
    records = [tracing.start(record("{}"), "plan") for _ in range(2)]
    with pytest.raises(ValueError, match="given up"), tracing.sending("plan", records, ()):
        raise ValueError("given up")
    [together] = spans.get_finished_spans()
    assert (len(together.links), together.status.description) == (2, "ValueError")


HEADERS = f"""
from opentelemetry import trace
from streams import tracing
from tests.streams.samples import record
context = tracing.extract(record("{{}}", headers=(("traceparent", b"{PARENT}"),)))
print(tracing.inject(trace.get_current_span(context))["traceparent"].decode())
"""


def test_headers_are_w3cs_whatever_propagators_the_environment_names():
    done = subprocess.run(
        [sys.executable, "-c", HEADERS],
        env={**os.environ, "OTEL_PROPAGATORS": "b3"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == (PARENT, "")


def test_without_a_valid_span_no_header_is_written():
    assert tracing.inject() == {}


async def test_an_answer_names_the_trace_that_it_was_made_in(spans):
    async def handler(event):
        return [AnswerServed(query_id="q", answer_id="a", at=NOON), event]

    world = World()
    await world.runner(handler_stage(handler)).process([traced()])
    [answer] = world.events(AnswerServed)
    assert answer.provenance.trace_id == TRACE


async def test_a_fallbacks_answer_names_its_trace_and_its_span_has_failed(spans):
    async def hangs(event):
        await asyncio.Event().wait()

    def fallback(event, reason):
        return [AnswerFailed(query_id="q", answer_id="a", at=NOON, reason=reason)]

    world = World()
    stage = replace(handler_stage(hangs, fallback), seconds_left=lambda *_: -1.0)
    await world.runner(stage).process([traced()])
    [answer] = world.events(AnswerFailed)
    assert answer.provenance.trace_id == TRACE
    span = spans.get_finished_spans()[-1]
    assert (span.attributes["ragstream.answer_id"], span.attributes["error.type"]) == ("a", "DeadlinePassed")
    assert span.status.status_code is StatusCode.ERROR
