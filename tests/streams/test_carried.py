"""Outputs carry their record's trace on, and alerts that of what their condition came of."""

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import INVALID_SPAN, StatusCode, use_span

from schemas.answers import DEADLINE_PASSED, AnswerFailed, AnswerServed
from schemas.conditions import ConditionRaised
from schemas.feedback import AnswerExposed
from schemas.operations import AlertFired
from streams.carried import carried
from tests.streams.samples import NOON

ELSEWHERE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
CONDITION = ConditionRaised(event_id="c", at=NOON, fingerprint="f", name="partition-waits", since=NOON)


@pytest.fixture
def span():
    return TracerProvider(shutdown_on_exit=False).get_tracer("test").start_span("work")


def here(span):
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def alert(traceparent):
    return AlertFired(event_id="a", at=NOON, fingerprint="f", alert="hot", started_at=NOON, traceparent=traceparent)


def test_a_condition_has_the_trace_in_itself_that_its_record_carries(span):
    [(event, headers)] = carried([CONDITION], span)
    assert (event.traceparent, headers) == (here(span), {"traceparent": here(span).encode()})
    with use_span(span):
        assert list(carried([event])) == [(event, headers)]


def test_a_condition_that_is_handed_on_keeps_the_trace_that_it_has(span):
    [(event, _)] = carried([CONDITION.model_copy(update={"traceparent": ELSEWHERE})], span)
    assert event.traceparent == ELSEWHERE


def test_an_alert_goes_on_in_its_conditions_trace_and_the_timers_is_linked_to_it(span):
    [(event, headers)] = carried([alert(ELSEWHERE)], span)
    assert (event, headers) == (alert(ELSEWHERE), {"traceparent": ELSEWHERE.encode()})
    assert [f"{link.context.trace_id:032x}" for link in span.links] == [ELSEWHERE.split("-")[1]]


@pytest.mark.parametrize("traceparent", ["", "garbage", "its own"])
def test_an_alert_of_the_same_trace_or_of_none_is_in_that_of_its_record(span, traceparent):
    told = alert(here(span) if traceparent == "its own" else traceparent)
    assert list(carried([told], span)) == [(told, {"traceparent": here(span).encode()})]
    assert span.links == ()


def test_an_answer_names_its_trace_and_its_span_the_answer(span):
    [(answer, headers)] = carried([AnswerServed(event_id="e", query_id="q", answer_id="a", at=NOON)], span)
    assert answer.provenance.trace_id == f"{span.get_span_context().trace_id:032x}"
    assert headers == {"traceparent": here(span).encode()}
    assert (dict(span.attributes), span.status.status_code) == ({"ragstream.answer_id": "a"}, StatusCode.UNSET)


@pytest.mark.parametrize(("reason", "told"), [(f"{DEADLINE_PASSED}: x", "DeadlinePassed"), ("x", "AnswerFailed")])
def test_a_failed_answer_marks_its_span(span, reason, told):
    [_] = carried([AnswerFailed(event_id="e", query_id="q", answer_id="a", at=NOON, reason=reason)], span)
    assert (span.attributes["error.type"], span.status.description) == (told, told)


def test_what_says_that_an_answer_was_seen_has_the_answers_trace_in_itself(span):
    exposed = AnswerExposed(event_id="e", answer_id="a", query_id="q", outcome="AnswerServed", at=NOON)
    [(event, _)] = carried([exposed], span)
    assert event.traceparent == here(span)


def test_without_tracing_nothing_is_made_up():
    answer = AnswerServed(event_id="e", query_id="q", answer_id="a", at=NOON)
    told = [CONDITION, alert(""), answer]
    assert list(carried(told, INVALID_SPAN)) == [(each, {}) for each in told]
