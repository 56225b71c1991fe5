"""Finished spans, and what they say of steps and models."""

import pytest
from opentelemetry.sdk.trace import TracerProvider

from infra.span_metrics import SpanMetrics
from schemas import metrics, signals
from tests.readings import Readings

CHAT = {
    signals.GEN_AI_OPERATION: "chat",
    signals.GEN_AI_PROVIDER: "openai",
    signals.GEN_AI_REQUEST_MODEL: "small",
}


@pytest.fixture
def told():
    return Readings()


@pytest.fixture
def tracer(told):
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SpanMetrics(told.meter))
    return provider.get_tracer("test")


def ended(tracer, name, attributes, seconds=2):
    tracer.start_span(name, attributes=attributes, start_time=0).end(int(seconds * 1e9))


def test_a_step_is_measured_by_its_name_without_its_model(told, tracer):
    ended(tracer, "parse", {})
    ended(tracer, "rerank tiny", {signals.ERROR_TYPE: "TransientError"})
    assert told.sums(metrics.STEP_DURATION) == {("parse",): 2, ("rerank", "TransientError"): 2}


def test_a_step_that_nobody_waited_for_any_longer_counts_as_slow_and_not_as_failed(told, tracer):
    ended(tracer, "recall", {signals.ERROR_TYPE: "CancelledError"})
    assert told.sums(metrics.STEP_DURATION) == {("recall",): 2}


def test_a_request_to_a_language_model_says_how_long_and_how_much(told, tracer):
    numbers = {
        signals.GEN_AI_FIRST_CHUNK: 0.5,
        signals.GEN_AI_INPUT_TOKENS: 900,
        signals.GEN_AI_OUTPUT_TOKENS: 40,
    }
    ended(tracer, "chat small", CHAT | numbers)
    about = ("chat", "openai", "small")
    assert told.sums(metrics.MODEL_DURATION) == {about: 2}
    assert told.sums(metrics.FIRST_CHUNK) == {about: 0.5}
    assert told.sums(metrics.TOKEN_USAGE) == {(*about, "input"): 900, (*about, "output"): 40}
    assert told.of(metrics.STEP_DURATION) == {}


def test_tokens_that_a_server_did_not_tell_are_not_counted_as_none(told, tracer):
    ended(tracer, "chat small", CHAT)
    assert told.of(metrics.TOKEN_USAGE) == {}


def test_a_records_own_span_is_the_runners_to_measure(told, tracer):
    ended(tracer, "draft queries", {signals.STAGE: "draft"})
    ended(tracer, "something else", {})
    assert told.points() == []


def test_what_a_span_says_leads_to_its_trace(told, tracer):
    ended(tracer, "parse", {})
    [(_, _, point)] = told.points()
    assert point.exemplars[0].trace_id


def test_however_many_models_and_errors_there_are_their_series_stay_few(told, tracer):
    """FAILURES 77."""
    for n in range(200):
        ended(tracer, "parse", {signals.ERROR_TYPE: f"Error{n}"})
        ended(tracer, "chat any", CHAT | {signals.GEN_AI_REQUEST_MODEL: f"model-{n}", signals.GEN_AI_FIRST_CHUNK: 0.5})
        ended(tracer, "any", CHAT | {signals.GEN_AI_REQUEST_MODEL: "model-0", signals.GEN_AI_OPERATION: f"sing-{n}"})
    assert len(told.of(metrics.STEP_DURATION)) == metrics.ERROR.most + 1
    assert len(told.of(metrics.FIRST_CHUNK)) == metrics.MODEL.most + 1
    assert ("other", "openai", "model-0") in told.of(metrics.MODEL_DURATION)
