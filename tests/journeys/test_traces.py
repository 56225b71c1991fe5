"""What a world tells of itself: names that are registered, one trace for one question, and nobody's words."""

import asyncio
import json

import pytest

from schemas import signals
from schemas.answers import AnswerFailed, AnswerServed
from schemas.failures import PermanentError, TransientError
from streams.retry import Backoff
from streams.runner import Runner
from streams.trace_texts import make_redactor
from streams.trace_tree import look_up, summary
from tests.infra.scripted_llm import refuses, says
from tests.journeys.fakes import WordEmbedder
from tests.journeys.feedback_stories import tell
from tests.journeys.stories import FERRY, LIGHTHOUSE
from tests.journeys.test_alerting import World as AlertingWorld
from tests.journeys.traced_world import SAID, Told, traced_world
from tests.journeys.world import ask, put
from tests.streams.playbook import failing, handler_stage
from tests.streams.samples import document, record

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
OTHER = "ab" * 16
CARD, MAIL = "4111 1111 1111 1111", "a.user@example.com"
QUESTION = "When does the ferry to Hvar leave Split?"


def parent(trace=TRACE):
    return {"traceparent": f"00-{trace}-00f067aa0ba902b7-01".encode()}


@pytest.fixture
def told(monkeypatch):
    return Told(monkeypatch)


async def ask_in_trace(world, text=QUESTION, **fields):
    value = {"query_id": "q-1", "text": text, "tenant": world.tenant, **fields}
    await world.produce("queries", b"q-1", json.dumps(value).encode(), parent())
    await world.settle()
    return next(each for each in await world.events("answers") if each.query_id == "q-1")


async def everything(world):
    """Documents that come, change and go, a conversation, feedback, and things that fail."""
    documents = [{"doc_id": f"d{n}", "tenant": world.tenant, "text": f"{LIGHTHOUSE} Number {n}."} for n in range(6)]
    await asyncio.gather(
        *(world.produce("documents", each["doc_id"].encode(), json.dumps(each).encode()) for each in documents)
    )
    await world.settle()
    await put(world, "ferry", FERRY, title="Ferries")
    await put(world, "ferry", FERRY, title="Boats", uri="https://example.org/boats")
    await put(world, "ferry", FERRY, title="Boats", metadata={"year": 1911})
    await put(world, "d0", type="DocumentDeleted")
    await world.produce("documents", b"x", b"{")
    answer = await ask_in_trace(world, session_id="s", user_id="ann")
    await ask(world, "And when does it arrive?", session_id="s", user_id="ann")
    await ask(world, "Who composed the opera about the astronaut?")
    await tell(world, answer.answer_id, score=1, user_id="ann")


def template_of(span):
    """The registered name of a span, from its attributes."""
    attributes = span.attributes
    parts = {
        "stage": attributes.get(signals.STAGE, ""),
        "topic": attributes.get(signals.MESSAGING_DESTINATION, "topics"),
        "model": attributes.get(signals.GEN_AI_REQUEST_MODEL, ""),
    }
    return next((name for name in signals.SPANS if name.format(**parts) == span.name), span.name)


async def test_every_name_that_is_told_is_registered_and_every_registered_name_is_told(told):
    async with traced_world(redact=make_redactor()) as world:
        await everything(world)
    async with traced_world(replies=(refuses(500),)) as world:
        await put(world, "ferry", FERRY)
        await ask(world, QUESTION)
    assert {template_of(span) for span in told.spans} == set(signals.SPANS)
    emitted = {name for span in told.spans for name in span.attributes}
    assert emitted == set(signals.ATTRIBUTES)


async def test_every_hop_of_a_question_is_in_its_producers_trace_once_and_within_the_one_before(told):
    """FAILURES 73."""
    async with traced_world() as world:
        await put(world, "ferry", FERRY)
        answer = await ask_in_trace(world)
        assert answer.provenance.trace_id == TRACE
    hops = {span.name: span for span in told.spans if f"{span.context.trace_id:032x}" == TRACE and is_hop(span)}
    answered, exposed, joined = (hops[name] for name in ("answer queries", "expose answers", "join feedback"))
    assert answered.parent.span_id == 0x00F067AA0BA902B7
    assert exposed.parent.span_id == answered.context.span_id
    assert joined.parent.span_id == exposed.context.span_id
    within = [span for span in told.spans if span.parent and span.parent.span_id == answered.context.span_id]
    assert [span.name for span in within if not is_hop(span)] == [
        "assign",
        "embeddings words-1",
        "screen",
        "retrieval",
        "rerank shared-words-1",
        "screen",
        "weigh",
        "draft",
        "send answers",
    ]


def is_hop(span):
    return signals.MESSAGING_OFFSET in span.attributes


async def test_feedback_goes_on_in_its_givers_trace_and_is_linked_to_the_answers(told):
    async with traced_world() as world:
        await put(world, "ferry", FERRY)
        answer = await ask_in_trace(world)
        value = {"answer_id": answer.answer_id, "tenant": world.tenant, "score": 1}
        await world.produce("feedback", answer.answer_id.encode(), json.dumps(value).encode(), parent(OTHER))
        await world.settle()
    [joined] = [span for span in told.named("join feedback") if f"{span.context.trace_id:032x}" == OTHER]
    assert [f"{link.context.trace_id:032x}" for link in joined.links] == [TRACE]
    assert OTHER in {f"{span.context.trace_id:032x}" for span in told.named("unit outcomes")}


async def test_the_answers_trace_is_linked_to_feedback_that_came_first(told):
    async with traced_world() as world:
        value = {"answer_id": "early", "tenant": world.tenant, "score": 1}
        await world.produce("feedback", b"early", json.dumps(value).encode(), parent(OTHER))
        await world.settle()
        value |= {"type": "AnswerExposed", "query_id": "q", "outcome": "AnswerServed"}
        await world.produce("feedback", b"early", json.dumps(value).encode(), parent())
        await world.settle()
    first, exposed = told.named("join feedback")
    assert first.links == ()
    assert [link.context.span_id for link in exposed.links] == [first.context.span_id]


async def test_an_answers_trace_says_what_was_screened_found_prompted_and_checked(told):
    """Must hold 3 of issue 8."""
    async with traced_world() as world:
        await put(world, "ferry", FERRY)
        answer = await ask_in_trace(world, user_id="ann")
    assert isinstance(answer, AnswerServed)
    found = look_up(answer.answer_id, told.lines)
    by_name = {row.span.name: row.span.attributes for row in found.rows}
    assert by_name["assign"][signals.EXPERIMENTS] == ["x=b"]
    assert json.loads(by_name["retrieval"][signals.GEN_AI_DOCUMENTS])[0]["doc_id"] == "ferry"
    assert by_name["rerank shared-words-1"][signals.FOUND] == 1
    assert by_name["prompt"][signals.PROMPT_PASSAGES] == 1
    assert by_name["chat small"][signals.GEN_AI_OUTPUT_TOKENS] == 1
    assert by_name["chat small"][signals.GEN_AI_FINISH_REASONS] == ["stop"]
    assert by_name["check"][signals.QUOTES_VERIFIED] == 1
    assert by_name["answer queries"][signals.OUTPUTS] == ["AnswerServed"]
    told_times = summary(found.rows)
    parts = (
        told_times["sent_ms"]
        + told_times["waited_ms"]
        + sum(told_times["steps_ms"].values())
        + told_times["between_ms"]
    )
    assert parts == pytest.approx(told_times["total_ms"], abs=0.01)
    assert told_times["between_ms"] < 0.5 * told_times["total_ms"]
    assert told_times["total_ms"] == pytest.approx(answer.timings_ms["total"], abs=25)


async def test_an_alert_that_a_timer_tells_is_in_the_trace_of_the_record_that_it_is_about(told):
    """Issue 8: one trace from a producer's `traceparent` to the alert."""

    told_of, waits = asyncio.Event(), []

    async def patient(seconds):
        waits.append(seconds)
        if len(waits) == Backoff.alert_after:
            told_of.set()
            await asyncio.Event().wait()

    async with AlertingWorld().running() as world:
        away = handler_stage(failing([TransientError("away")] * Backoff.alert_after))
        runner = Runner(away, world.broker.names, world.broker, world.clock, 1, backoff=Backoff(sleep=patient))
        waiting = asyncio.ensure_future(runner.process([record(document("a"), headers=tuple(parent().items()))]))
        await told_of.wait()
        await world.pass_time(30)
        [alert] = world.alerts()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    [hop] = [span for span in told.named("alert conditions") if span.attributes[signals.OUTPUTS] == ("AlertFired",)]
    assert f"{hop.context.trace_id:032x}" != TRACE
    assert [f"{link.context.trace_id:032x}" for link in hop.links] == [TRACE]
    assert alert.traceparent.split("-")[1] == TRACE


class Leaky(WordEmbedder):
    """Says in its error what it was given."""

    async def embed_question(self, text):
        raise PermanentError(f"cannot embed: {text}")


@pytest.mark.parametrize("redact", [None, make_redactor()])
async def test_planted_words_are_in_no_span_even_when_they_are_in_an_error(told, redact):
    """FAILURES 79."""
    planted = f"My card is {CARD}, mail {MAIL}: when does the ferry to Hvar leave Split?"
    async with traced_world(redact=redact, embedder=Leaky()) as world:
        answer = await ask_in_trace(world, planted)
        assert isinstance(answer, AnswerFailed)
    async with traced_world(redact=redact, replies=(says(SAID, f" Write to {MAIL}."),)) as world:
        await put(world, "ferry", f"{FERRY} Write to {MAIL} or pay with {CARD}.")
        await ask_in_trace(world, planted)
    exported = "".join(told.lines([""]))
    assert [word for word in (CARD, MAIL) if word in exported] == []
    assert ("leave Split" in exported) == (redact is not None)


async def test_a_documents_trace_has_the_batches_that_it_was_in(told):
    """FAILURES 74."""
    async with traced_world() as world:
        await everything(world)
    found = look_up("d3", told.lines)
    by_name = {row.span.name: row for row in found.rows}
    assert by_name["parse"].span.parent_id == by_name["plan documents"].span.span_id
    assert {"chunk", "index chunks", "embeddings words-1", "store", "send index-log"} <= by_name.keys()
    assert not {row.span.attributes.get(signals.DOC_ID) for row in found.rows} - {None, "d3"}
    assert len(look_up("ferry", told.lines).earlier) == 2
