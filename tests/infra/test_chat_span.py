"""Requests to a language model are told as OpenTelemetry's GenAI conventions have it."""

from contextlib import aclosing

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from infra import chat_span
from schemas.failures import TransientError
from schemas.prompts import ChatSettings
from tests.contracts.chat_model_contract import QUESTION
from tests.infra.scripted_llm import DONE, Reply, chunk, refuses, says, usage


@pytest.fixture
def spans(monkeypatch):
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(chat_span, "_tracer", provider.get_tracer("test"))
    return exporter


async def test_a_request_is_one_span_with_its_retries(chat_world, spans):
    subject = await chat_world(refuses(500), says("A ferry ", "is a ", "boat."))
    await subject.ask(settings=ChatSettings(max_output_tokens=9, temperature=0.5))
    [span] = spans.get_finished_spans()
    assert (span.name, span.kind) == ("chat small", SpanKind.CLIENT)
    told = dict(span.attributes)
    assert told.pop("gen_ai.response.time_to_first_chunk") >= 0
    assert told.pop("server.port") == int(subject.server.base_url.split(":")[2].split("/")[0])
    assert told == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "small",
        "gen_ai.request.max_tokens": 9,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.stream": True,
        "gen_ai.usage.input_tokens": 7,
        "gen_ai.usage.output_tokens": 3,
        "gen_ai.response.finish_reasons": ("stop",),
        "server.address": "127.0.0.1",
    }


async def test_a_text_that_was_cut_ended_by_its_length(chat_world, spans):
    subject = await chat_world(Reply([chunk("A ferry", finish="length"), usage(7, 9), DONE]))
    await subject.ask(settings=ChatSettings(max_output_tokens=9))
    assert spans.get_finished_spans()[0].attributes["gen_ai.response.finish_reasons"] == ("length",)


async def test_of_a_refusal_the_class_is_told_and_not_what_the_server_says(chat_world, spans):
    """FAILURES 79."""
    subject = await chat_world(refuses(500, "jane@example.org said too much"), retries=0)
    with pytest.raises(TransientError):
        await subject.ask()
    [span] = spans.get_finished_spans()
    assert span.attributes["error.type"] == span.status.description
    assert span.attributes["gen_ai.response.finish_reasons"] == ("error",)
    assert "jane" not in span.to_json()


async def test_a_request_that_is_given_up_ends_without_a_complaint(chat_world, spans, caplog):
    """FAILURES 80: no span is held as the current one over a yield."""
    subject = await chat_world(says("One. ", "Two. ", "Three.", pause_s=0.05))
    async with aclosing(subject.model.chat(QUESTION, ChatSettings(), seconds_left=5)) as pieces:
        async for _ in pieces:
            break
    assert spans.get_finished_spans()[0].attributes["gen_ai.response.finish_reasons"] == ("cancelled",)
    assert "detach" not in caplog.text
