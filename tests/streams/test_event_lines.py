"""One line for each event that matters, with where it came from, its trace, how it went, and no text."""

import asyncio
import gc
import json

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from structlog.testing import LogCapture

from schemas.event import Event
from schemas.failures import PermanentError, TransientError
from schemas.feedback import FeedbackGiven
from schemas.log_fields import FIELDS, TEXTS
from schemas.operations import DeadLettered
from streams import event_lines
from streams.codec import encode
from streams.outcomes import Failure, Work
from streams.span_tracer import SpanTracer
from streams.stages import HandlerStage
from streams.topics import DOCUMENTS, FEEDBACK, topic_of
from tests.schemas.examples import EXAMPLES
from tests.streams.playbook import NAMES, World, batch_stage, docs, done, failing, handler_stage, step_stage
from tests.streams.samples import document, record

TRACER = TracerProvider().get_tracer("test")


@pytest.fixture
def lines(_quiet):
    """What is logged from now on."""
    capture = LogCapture()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, capture],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        cache_logger_on_first_use=False,
    )
    return capture.entries


async def none(_event):
    return ()


def stage_of(name="answer", source=DOCUMENTS):
    return HandlerStage(name, "some-role", source, none)


def work_of(*outputs, failure=None, event=None):
    given = event or examples("DocumentUpserted")[0]
    made = Work(record(b"", partition=3, offset=7), TRACER.start_span("work"), given, failure=failure)
    made.outgoing = [encode(each, NAMES, "test") for each in outputs]
    return made


def examples(name) -> list[Event]:
    return [each for each in EXAMPLES if type(each).__name__ == name]


@pytest.mark.parametrize("name", [name for name in event_lines.TOLD if name != "FeedbackGiven"])
def test_each_event_that_matters_has_one_line_of_known_fields_without_text(lines, name):
    """FAILURES 79."""
    event = examples(name)[0]
    work = work_of(event)
    event_lines.handled(stage_of(), [work], began=0.0)
    [line] = lines
    assert line["event"] == name
    assert (line["stage"], line["topic"], line["partition"], line["offset"]) == ("answer", "documents", 3, 7)
    assert (line["event_id"], line["tenant"]) == (work.event.event_id, event.tenant)
    assert line["trace_id"] == f"{work.span.get_span_context().trace_id:032x}"
    assert line["duration_ms"] > 0
    assert line.keys() - {"log_level", "event", "trace_id", "span_id"} <= FIELDS.keys() | TEXTS.keys()
    told = json.dumps(line)
    for field in ("text", "question", "title", "content", "comment", "summary", "value"):
        given = getattr(event, field, None)
        assert not isinstance(given, str) or not given or given not in told


def test_feedback_is_told_where_it_is_taken_in_and_its_comment_nowhere(lines):
    feedback = FeedbackGiven(answer_id="a-1", score=1.0, comment="call me: 079 555 55 55", user_id="Ann")
    for name in ("join", "observe"):
        event_lines.handled(stage_of(name, FEEDBACK), [work_of(event=feedback)], began=0.0)
    [line] = lines
    assert (line["event"], line["answer_id"], line["kind"], line["stage"]) == ("FeedbackGiven", "a-1", "thumb", "join")
    assert "079" not in str(line)
    assert "Ann" not in str(line)


@pytest.mark.parametrize(("kind", "level"), [("thumb", "info"), ("correction", "info"), ("click", "debug")])
def test_what_was_done_with_an_answer_is_told_to_those_alone_who_ask_for_much(lines, kind, level):
    feedback = FeedbackGiven(answer_id="a-1", score=1.0, kind=kind)
    event_lines.handled(stage_of("join", FEEDBACK), [work_of(event=feedback)], began=0.0)
    assert [line["log_level"] for line in lines] == [level]


def test_what_does_not_matter_has_no_line(lines):
    others = [each for each in EXAMPLES if type(each).__name__ not in event_lines.TOLD]
    assert {topic_of(each).name for each in others} >= {"ticks", "signals", "chunks", "answer-deltas"}
    event_lines.handled(stage_of(), [work_of(*others)], began=0.0)
    assert lines == []


async def test_through_the_runner_every_answered_event_has_one_line_and_a_failed_one_a_warning(lines):
    stage = batch_stage(done)
    await World().runner(stage).process(docs("x", "boom", "y"))
    [line] = lines
    assert (line["event"], line["log_level"], line["outcome"]) == ("DeadLettered", "warning", "dead-lettered")
    assert (line["error"], line["reason"], line["attempts"]) == ("PermanentError", "no such chunk", 1)
    assert (line["topic"], line["offset"]) == ("documents", 1)


async def test_an_unexpected_error_says_which_event_and_where_and_nothing_else(lines):
    """FAILURES 79."""
    await World().runner(step_stage()).process(docs("x", "boom"))
    failed, dead = lines
    assert (failed["event"], failed["error"], failed["stage"]) == ("failed", "ValueError", "count")
    assert failed["event_id"] == dead["event_id"]
    assert "counting" in failed["at"][-1]
    assert dead["reason"] == "unexpected ValueError in stage count"
    assert "secret" not in str(lines)


async def test_whatever_is_logged_below_the_runner_says_which_record_it_is_about(lines):
    async def handler(event):
        structlog.get_logger().info("below")
        return await failing([None])(event)

    await World().runner(handler_stage(handler)).process([record(document("a", tenant="acme"), offset=9)])
    [line] = lines
    assert (line["stage"], line["topic"], line["partition"], line["offset"]) == ("answer", "documents", 0, 9)
    assert line["tenant"] == "acme"
    assert line["event_id"]


async def test_a_wait_of_a_batch_names_its_first_record_and_how_many_there_are(lines):
    refused = iter([TransientError("Weaviate is down")])

    async def batch(events):
        if error := next(refused, None):
            raise error
        return await done(events)

    await World().runner(batch_stage(batch)).process(docs("x", "y", "z"))
    [line] = lines
    assert (line["event"], line["reason"], line["records"], line["offset"]) == ("waiting", "Weaviate is down", 3, 0)


async def test_the_text_of_an_error_that_is_not_ours_is_not_told_while_it_is_waited_for(lines):
    """FAILURES 79."""
    errors = [TimeoutError("my card is 4111 1111 1111 1111"), ConnectionRefusedError(111, "Connection refused")]
    await World().runner(handler_stage(failing(errors))).process(docs("x"))
    assert [(line["error"], line["reason"]) for line in lines] == [
        ("TimeoutError", None),
        ("ConnectionRefusedError", "Connection refused"),
    ]


async def test_what_is_waited_for_is_told_without_what_it_quotes_of_a_document(lines):
    """FAILURES 79: Weaviate's client repeats what it was given."""
    refused = TransientError("Weaviate failed storing chunks: no leader for 'The pump is drained in May' yet")
    stage = handler_stage(failing([refused]))
    await World().runner(stage).process(docs("The pump is drained in May"))
    [line] = lines
    assert line["reason"] == "Weaviate failed storing chunks: no leader for '…' yet"


async def test_work_that_is_stopped_in_the_middle_leaves_no_noise_of_contexts(lines, caplog):
    """FAILURES 80: no "failed to detach"."""
    begun = asyncio.Event()

    async def pieces():
        yield begun.set()
        await asyncio.sleep(60)

    async def handler(_event):
        with SpanTracer().span("chat"):
            return [each async for each in pieces()]

    async with asyncio.TaskGroup() as tasks:
        work = tasks.create_task(World().runner(handler_stage(handler)).process(docs("x")))
        await begun.wait()
        work.cancel()
    gc.collect()
    assert (lines, caplog.records) == ([], [])


def test_outside_of_a_trace_there_are_no_ids(lines):
    """FAILURES 80."""
    from opentelemetry.trace import INVALID_SPAN  # noqa: PLC0415 - used once

    letter = examples("DeadLettered")[0]
    assert isinstance(letter, DeadLettered)
    work = work_of(letter, failure=Failure("why", PermanentError.__name__))
    work.span = INVALID_SPAN
    event_lines.handled(stage_of(), [work], began=0.0)
    assert lines[0].keys().isdisjoint({"trace_id", "span_id"})
