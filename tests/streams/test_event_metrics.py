"""Events, and what they tell in numbers."""

import pytest

from schemas import metrics
from schemas.answers import AnswerAbstained, AnswerServed
from schemas.feedback import FeedbackGiven
from schemas.index_log import DocumentIndexed, DocumentSkipped
from schemas.monitors import SignalsObserved
from schemas.notifications import NotificationAttempted
from schemas.operations import AlertFired, AlertResolved, DeadLettered
from streams.event_metrics import of_input, of_output
from tests.readings import Readings
from tests.streams.samples import NOON

ORIGIN = {"topic": "documents", "partition": 0, "offset": 0, "at": NOON}
ALERT = {"fingerprint": "f", "alert": "a", "severity": "critical", "started_at": NOON}


@pytest.fixture
def told():
    return Readings()


def tell(told, *events):
    for event in events:
        of_output(told.meters, "any", event, None)


def test_an_answer_says_its_outcome_its_times_and_its_cost(told):
    timings = {"queue": 10.0, "search": 0.0, "total": 1_500.0}
    about = {"query_id": "q", "answer_id": "a", "tenant": "acme", "timings_ms": timings}
    tell(told, AnswerServed(**about, freshness_ms=2_000.0, usage={"cost": 0.5}), AnswerAbstained(**about))
    assert told.of(metrics.ANSWERS) == {("AnswerServed", "acme"): 1, ("AnswerAbstained", "acme"): 1}
    assert told.sums(metrics.QUESTION_DURATION) == {
        ("queue", "AnswerServed"): 0.01,
        ("total", "AnswerServed"): 1.5,
        ("queue", "AnswerAbstained"): 0.01,
        ("total", "AnswerAbstained"): 1.5,
    }
    assert told.sums(metrics.EVIDENCE_AGE) == {(): 2.0}
    assert told.of(metrics.COST) == {("acme",): 0.5}


def test_what_guardrails_found_is_counted_by_rule_place_and_action(told):
    finding = {"rule": "card", "reason": "a card number", "stage": "question", "action": "redact"}
    tell(told, AnswerServed(query_id="q", answer_id="a", findings=[finding, finding]))
    assert told.of(metrics.FINDINGS) == {("card", "question", "redact"): 2}


def test_a_document_says_what_became_of_it_and_how_fresh_it_is(told):
    about = {"doc_id": "d", "origin": ORIGIN, "tenant": "acme"}
    indexed = {**about, "revision": 1, "embedder_id": "m", "freshness_ms": 300.0}
    tell(
        told,
        DocumentIndexed(**indexed, counts={"embedded": 3, "deleted": 1}),
        DocumentIndexed(**indexed, deleted=True),
        DocumentSkipped(**about, reason="stale"),
    )
    assert told.of(metrics.DOCUMENTS) == {("indexed", "acme"): 1, ("deleted", "acme"): 1, ("stale", "acme"): 1}
    assert told.of(metrics.CHUNKS) == {("embedded",): 3, ("deleted",): 1}
    assert told.sums(metrics.DOCUMENT_FRESHNESS) == {("acme",): 0.6}


def test_a_dead_letter_says_stage_and_error(told):
    tell(told, DeadLettered(topic="t", partition=0, offset=0, stage="plan", reason="words", error="Malformed"))
    assert told.of(metrics.DEAD_LETTERS) == {("plan", "Malformed", "default"): 1}


def test_alerts_are_counted_by_how_they_are_told(told):
    tell(
        told,
        AlertFired(**ALERT),
        AlertFired(**ALERT, repeated=1),
        AlertFired(**ALERT, once=True),
        AlertResolved(**ALERT),
    )
    states = ("fired", "repeated", "occurred", "resolved")
    assert told.of(metrics.ALERTS) == {("critical", each): 1 for each in states}


def test_an_attempt_at_telling_says_what_came_of_it(told):
    tell(told, NotificationAttempted(notification_id="n", subscription="s", attempt=1, result="failed"))
    assert told.of(metrics.NOTIFICATIONS) == {("failed",): 1}


def test_a_sample_says_how_far_behind_roles_are_and_what_is_up(told):
    values = {"lag.plan": 12, "oldest_s.plan": 3.5, "stuck.plan": 0, "up.weaviate": 1, "dead_letters": 1}
    tell(
        told, SignalsObserved(source="operations", values=values), SignalsObserved(source="index", values={"lag.x": 1})
    )
    assert told.of(metrics.LAG) == {("plan",): 12}
    assert told.of(metrics.OLDEST) == {("plan",): 3.5}
    assert told.of(metrics.STUCK) == {("plan",): 0}
    assert told.of(metrics.UP) == {("weaviate",): 1}


@pytest.mark.parametrize(("score", "vote"), [(0.5, "good"), (0, "neutral"), (-1, "bad"), (None, "withdrawn")])
def test_a_vote_is_counted_once_where_it_is_taken_in(told, score, vote):
    given = FeedbackGiven(answer_id="a", score=score, kind="rating")
    for stage in ("join", "elsewhere"):
        of_input(told.meters, stage, given, None)
    assert told.of(metrics.FEEDBACK) == {("rating", vote): 1}
